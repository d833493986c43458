import {
  connectHost,
  forgetCommand,
  type Host,
  HostKeyRefusedError,
  HostKeyUnknownError,
  HostSessionError,
  HostUnreachableError,
  isKnownByAuthorityOnly,
  knownKeys,
  type Link,
  type ResolvedHost,
  resolveHost,
  shownHostKey,
  sshGreeting,
} from "#fleet";
import { startRemoteAgent } from "../bootstrap/start-remote.ts";
import { probeWindows } from "../bootstrap/start-windows.ts";
import { builtFile, type LocalFile } from "../built-file.ts";
import { openSession } from "../open-session.ts";
import { Session } from "../session.ts";
import { atOnce, Gate } from "../upkeep/ask-each.ts";
import { patientMs } from "../upkeep/patience.ts";
import { fixesFor } from "./fixes.ts";
import { judgeExec, judgeFolder, judgeNode, judgeSpace } from "./judge.ts";
import { compareClocks, measureThroughput } from "./measure.ts";
import { type Probe, probeHost } from "./probe.ts";
import { type Diagnosis, doctorSteps, type Finding, Walk } from "./walk.ts";

export interface DoctorOptions {
  signal: AbortSignal;
  /** Time for each step but the start of the agent, which may have to send 50 MB. */
  stepMs: number;
}

const startMs = 300_000;
const beforeAgent = doctorSteps.slice(0, doctorSteps.indexOf("agent"));

/** Walks every host's steps, all hosts at once; a host that hangs holds no other. In the order given. */
export async function diagnoseHosts(hosts: readonly Host[], options: DoctorOptions): Promise<Diagnosis[]> {
  const agent = await builtFile("agent/agent.cjs");
  const gate = new Gate(atOnce);
  return Promise.all(hosts.map((host) => gate.pass(() => diagnose(host, agent, options))));
}

function diagnose(host: Host, agent: LocalFile, { signal, stepMs }: DoctorOptions): Promise<Diagnosis> {
  const walk = new Walk(host.name, signal);
  return walk.walk(async () => {
    if (host.address.type === "local") {
      walk.skip("this machine", ...beforeAgent);
      const open = (within: AbortSignal): Promise<Session> =>
        openSession(host, { agent, signal: within, silenceMs: patientMs });
      return withAgent(walk, stepMs, open, () => undefined);
    }
    walk.fix = fixesFor(host);
    const resolved = await walk.step("resolve", stepMs, (within) => resolve(host, within));
    walk.fix = fixesFor(host, resolved);
    await walk.step("connect", stepMs, async (within) => ({
      value: undefined,
      detail: await sshGreeting(host, resolved, within),
    }));
    await walk.step("host-key", stepMs, (within) => checkHostKey(host, resolved, within));
    const link = await walk.step("authenticate", stepMs, async (within) => ({
      value: await connectHost(host, within),
      detail: `as ${resolved.user}`,
    }));
    const close = (): void => link.close();
    try {
      await equipment(walk, host, link, stepMs);
      const open = async (within: AbortSignal): Promise<Session> => {
        const started = await startRemoteAgent(host, link, agent, within);
        return new Session(host, link, started, { silenceMs: patientMs });
      };
      await withAgent(walk, stepMs, open, close);
    } finally {
      close();
    }
  });
}

async function resolve(host: Host, signal: AbortSignal): Promise<Finding<ResolvedHost>> {
  const resolved = await resolveHost(host, signal);
  const { user, hostname, port, proxyJump, proxyCommand } = resolved;
  const way = proxyJump ?? proxyCommand;
  return {
    value: resolved,
    detail: `${user}@${hostname}:${port}${way === undefined ? "" : ` through ${way}`}`,
  };
}

async function checkHostKey(host: Host, resolved: ResolvedHost, signal: AbortSignal): Promise<Finding<void>> {
  if (isKnownByAuthorityOnly(await knownKeys(resolved, signal))) {
    return left("a certificate authority vouches for it; ssh checks that");
  }
  const key = await shownHostKey(host, signal).catch((error: unknown) => {
    // It has greeted, so it is there: it may only speak what the system's ssh does.
    if (error instanceof HostUnreachableError && host.transport !== "ssh2") return undefined;
    throw error;
  });
  if (key === undefined) return left("ssh itself checks it");
  if (key.verdict === "unknown") throw new HostKeyUnknownError(host.name, key.fingerprint);
  if (key.verdict !== "known") {
    const [first] = key.inTheWay;
    const line = first === undefined ? "" : ` (${first.file}:${first.line} is in the way)`;
    throw new HostKeyRefusedError(host.name, key.verdict, key.fingerprint, {
      hint: `find out why; if the change is right: ${forgetCommand(key)}${line}`,
    });
  }
  return { value: undefined, detail: `${key.type} ${key.fingerprint}` };
}

function left(detail: string): Finding<void> {
  return { value: undefined, detail, state: "skipped" };
}

/** What the host has, before anything is sent there. */
async function equipment(walk: Walk, host: Host, link: Link, stepMs: number): Promise<void> {
  const probe = await walk.step("shell", stepMs, (signal) => askShell(host, link, signal));
  if (probe === undefined) {
    walk.skip("asked by the start of the agent", "folder", "exec", "space", "node");
    return;
  }
  await walk.step("folder", stepMs, () => judgeFolder(host, probe));
  await walk.step("exec", stepMs, () => judgeExec(host, probe));
  await walk.step("space", stepMs, () => judgeSpace(host, probe));
  await walk.step("node", stepMs, () => judgeNode(host, probe));
}

/** Undefined: it is Windows. */
async function askShell(host: Host, link: Link, signal: AbortSignal): Promise<Finding<Probe | undefined>> {
  let posixError: unknown;
  if (host.platform !== "windows") {
    try {
      const probe = await probeHost(host, link, signal);
      const { shell, system, machine, noise } = probe;
      const detail = `${shell === "" ? "sh" : shell} on ${system} ${machine}`;
      if (noise === "") return { value: probe, detail };
      return { value: probe, detail: `${detail}; prints "${noise}" at each login`, state: "warn" };
    } catch (error) {
      if (!(error instanceof HostSessionError) || host.platform !== undefined) throw error;
      posixError = error;
    }
  }
  const machine = await probeWindows(host, link, signal);
  if (machine !== undefined) return { value: undefined, detail: `Windows on ${machine}` };
  throw (
    posixError ??
    new HostSessionError(host.name, "the fleet file says it is Windows, it does not answer as such")
  );
}

async function withAgent(
  walk: Walk,
  stepMs: number,
  open: (signal: AbortSignal) => Promise<Session>,
  close: () => void,
): Promise<void> {
  const session = await walk.step("agent", startMs, async (signal) => {
    // What is still being sent when the time is over ends with the link.
    signal.addEventListener("abort", close, { once: true });
    const value = await open(signal);
    return { value, detail: `Node ${value.hello.node}, ${value.hello.cores} cores` };
  });
  try {
    await walk.step("throughput", stepMs * 3, () => measureThroughput(session));
    await walk.step("clock", stepMs, () => compareClocks(session));
  } finally {
    await session.close();
  }
}
