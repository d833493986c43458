import { connectHost, type Host, type Transport } from "#fleet";
import { builtFile, type LocalFile } from "./built-file.ts";
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
    const started = await start(host, link, agent, signal);
    return new Session(host, link, started, { ...events, silenceMs });
  } catch (error) {
    link.close();
    throw error;
  }
}
