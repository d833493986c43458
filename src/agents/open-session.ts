import { connectHost, type Host, type Link, type Transport } from "#fleet";
import { CancelledError } from "#kernel";
import { builtFile, type LocalFile } from "./built-file.ts";
import { AgentStartError } from "./errors.ts";
import { Session, type SessionEvents } from "./session.ts";
import { startRemoteAgent } from "./bootstrap/start-remote.ts";
import { startLocalAgent } from "./start-agent.ts";

export interface OpenSessionOptions extends SessionEvents {
  /** Default: what the host's entry names. */
  transport?: Transport;
  signal?: AbortSignal;
  /** Default: caelum's own build. */
  agent?: LocalFile;
  /** Nothing heard for so long: the host is lost. Default 3 s, for this machine 15 s; beats come every second. */
  silenceMs?: number;
}

const remoteSilenceMs = 3000;
/** A pipe's end is seen at once; what is silent on this machine is only waiting for the processor. */
const localSilenceMs = 15_000;
const startMs = 15_000;

/**
 * Connects to a host, starts the agent on it and waits for its hello. Throws a CaelumError that names the host and
 * the step that failed; nothing is left behind then.
 */
export async function openSession(host: Host, options: OpenSessionOptions = {}): Promise<Session> {
  const { transport, ...events } = options;
  const isLocal = host.address.type === "local";
  const silenceMs = options.silenceMs ?? (isLocal ? localSilenceMs : remoteSilenceMs);
  const signal = options.signal ?? new AbortController().signal;
  const agent = options.agent ?? (await builtFile("agent/agent.cjs"));
  const link = await (transport?.connect(host, signal) ?? connectHost(host, signal));
  try {
    const start = isLocal ? startLocalAgent : startRemoteAgent;
    const started = await start(host, impatient(host, link, signal), agent, signal);
    return new Session(host, link, started, { ...events, silenceMs });
  } catch (error) {
    link.close();
    throw error;
  }
}

/** A host that falls silent between login and a program's start is noticed by neither ssh2 nor ssh. */
function impatient(host: Host, link: Link, signal: AbortSignal): Link {
  const exec: Link["exec"] = async (command) => {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const fail = (): void =>
      reject(new AgentStartError(host.name, "it starts no program", { understood: false }));
    const cancel = (): void => reject(new CancelledError(undefined, { cause: signal.reason }));
    const timer = setTimeout(fail, startMs);
    signal.addEventListener("abort", cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      return await Promise.race([link.exec(command), over]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  };
  return { ...link, exec };
}
