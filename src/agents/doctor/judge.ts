import type { Host } from "#fleet";
import { runtimeFor } from "../bootstrap/runtimes.ts";
import type { Probe, ProbedFolder } from "./probe.ts";
import { type Finding, StepError } from "./walk.ts";

/** What the start of an agent asks for, in kB: for the agent and its bundles, and for a Node that has to be sent. */
const agentKb = 20_480;
const runtimeKb = 200_000;
const oldestNode = 20;

type Found = Finding<void>;

const ok = (detail: string): Found => ({ value: undefined, detail });
const warn = (detail: string, hint?: string): Found => ({
  value: undefined,
  detail,
  state: "warn",
  ...(hint === undefined ? {} : { hint }),
});

/** A Node there that the agent can run on. */
function usableNode({ nodes }: Probe): Probe["nodes"][number] | undefined {
  return nodes.find(({ version }) => Number(version.split(".")[0]) >= oldestNode);
}

/** Is there a folder of ours at all? Each of these throws a StepError. */
export function judgeFolder(host: Host, probe: Probe): Found {
  const ours = probe.folders.filter(({ state }) => state === "ok");
  if (ours.length === 0) {
    const why = probe.folders.map((folder) => `${folder.path} ${reasons[folder.state]}`).join(", ");
    throw new StepError(
      host.name,
      `has no folder for the agent: ${why}`,
      `set agentFolder for ${host.name} in the fleet file to a folder that its user may write`,
    );
  }
  const asked = probe.folders[0];
  if (host.agentFolder !== undefined && asked !== undefined && asked.state !== "ok") {
    return warn(`agentFolder ${asked.path} ${reasons[asked.state]}; ${ours[0]?.path} takes its place`);
  }
  return ok(homeOf(probe)?.path ?? ours[0]?.path ?? "");
}

const reasons: Readonly<Record<ProbedFolder["state"], string>> = {
  ok: "is ours",
  link: "is a symbolic link",
  foreign: "belongs to somebody else",
  absent: "cannot be made or written",
};

/** May programs run where they would be put? */
export function judgeExec(host: Host, probe: Probe): Found {
  if (usableNode(probe) !== undefined) {
    return { value: undefined, detail: "not needed: Node is there", state: "skipped" };
  }
  const runs = probe.folders.find((folder) => folder.runs);
  if (runs === undefined) {
    throw new StepError(
      host.name,
      "lets programs run in none of our folders (noexec), and Node would have to be sent",
      `install Node ${oldestNode} or newer there, or set agentFolder to a folder without noexec`,
    );
  }
  const home = homeOf(probe);
  if (home === undefined || home.runs) return ok(`programs run in ${runs.path}`);
  return warn(`${home.path} lets no program run; Node goes to ${runs.path}`);
}

export function judgeSpace(host: Host, probe: Probe): Found {
  const home = homeOf(probe);
  if (home === undefined) throw noSpace(host, probe, "agent", agentKb);
  if (
    usableNode(probe) === undefined &&
    !probe.folders.some((each) => each.runs && each.freeKb >= runtimeKb)
  ) {
    throw noSpace(host, probe, "Node", runtimeKb);
  }
  const detail = `${megabytes(home.freeKb)} free in ${home.path}`;
  const full = probe.folders.find((each) => each.state === "ok" && each.freeKb < agentKb);
  if (full === undefined || full.path === home.path) return ok(detail);
  return warn(`${detail}; ${full.path} is full`);
}

function noSpace(host: Host, probe: Probe, what: string, neededKb: number): StepError {
  const places = probe.folders.filter(({ state }) => state === "ok");
  const room = places.map(({ path, freeKb }) => `${path} has ${megabytes(freeKb)}`).join(", ");
  return new StepError(
    host.name,
    `has no room for the ${what}: ${megabytes(neededKb)} are needed, ${room}`,
    `free some space there, or set agentFolder for ${host.name} in the fleet file to where there is some`,
  );
}

/** Found, old or absent; and if it has to be sent, whether there is one to send. */
export function judgeNode(host: Host, probe: Probe): Found {
  const usable = usableNode(probe);
  if (usable !== undefined) {
    const detail = `${usable.version} at ${usable.path}`;
    const { nodePath } = host;
    if (nodePath === undefined || nodePath === usable.path) return ok(detail);
    return warn(`nodePath ${nodePath} is no Node ${oldestNode} or newer; ${detail} takes its place`);
  }
  const old = probe.nodes[0];
  const found = old === undefined ? "absent" : `${old.version} at ${old.path} is too old`;
  const { system, machine, libc } = probe;
  const runtime = runtimeFor(system, machine, libc);
  if (runtime !== undefined) return ok(`${found}; ${runtime.version} is sent`);
  const install = libc === "musl" ? " (apk add nodejs)" : "";
  throw new StepError(
    host.name,
    `lacks Node (${found}), and there is none to send for ${system} ${machine}${libc === "-" ? "" : ` ${libc}`}`,
    `install Node ${oldestNode} or newer there${install}, or name it as nodePath in the fleet file`,
  );
}

/** Where the agent goes: the first of ours with room. */
function homeOf({ folders }: Probe): ProbedFolder | undefined {
  return folders.find(({ state, freeKb }) => state === "ok" && freeKb >= agentKb);
}

function megabytes(kilobytes: number): string {
  return kilobytes >= 1_048_576
    ? `${(kilobytes / 1_048_576).toFixed(1)} GB`
    : `${Math.floor(kilobytes / 1024)} MB`;
}
