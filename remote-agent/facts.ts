import { statfsSync } from "node:fs";
import os from "node:os";
import { gpus, toolsOnPath } from "./equipment.ts";

/** What placement and `caelum fleet facts` want to know; bytes, milliseconds since the epoch. */
export async function hostFacts(home: string): Promise<Record<string, unknown>> {
  const cpus = os.cpus();
  return {
    hostname: os.hostname(),
    platform: process.platform,
    release: os.release(),
    arch: process.arch,
    libc: libc(),
    cores: os.availableParallelism(),
    cpu: cpus[0]?.model.trim() ?? "",
    memory: os.totalmem(),
    node: process.versions.node,
    permissionModel: process.allowedNodeEnvironmentFlags.has("--permission"),
    home,
    temporary: os.tmpdir(),
    user: userName(),
    clock: Date.now(),
    gpus: await gpus(),
    tools: toolsOnPath(),
    ...vitals(home),
  };
}

/** What changes: load per core is the caller's division. Windows knows no load average and says 0. */
export function vitals(home: string): { load: number; freeMemory: number; freeDisk: number } {
  // What other programs could get, not what happens to be unused: caches count as free.
  return { load: os.loadavg()[0] ?? 0, freeMemory: availableMemory(), freeDisk: freeDisk(home) };
}

function availableMemory(): number {
  // Node 20 has it from 20.13 on.
  const available = "availableMemory" in process ? process.availableMemory() : os.freemem();
  return Math.max(0, Math.floor(available));
}

function freeDisk(home: string): number {
  try {
    const { bavail, bsize } = statfsSync(home);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A user id without an entry in passwd, as in many containers.
    return String(process.getuid?.() ?? "");
  }
}

/** `glibc 2.36`, `musl`, or empty where there is no choice of C library. */
function libc(): string {
  if (process.platform !== "linux") return "";
  // Otherwise the report looks up the names of every open connection. Newer than its type says.
  Object.assign(process.report, { excludeNetwork: true });
  const report: { header?: { glibcVersionRuntime?: string } } = process.report.getReport();
  const version = report.header?.glibcVersionRuntime;
  return version === undefined ? "musl" : `glibc ${version}`;
}
