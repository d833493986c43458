import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildForHosts } from "../../test/helpers/build-for-hosts.ts";
import type { FleetJob } from "./fleet-job.ts";
import { PassingQuota } from "./lab-for-bench.ts";
import type { Figures } from "./print.ts";
import { undoAtEnd } from "./undo-at-end.ts";

/** Jobs for each host, so that hosts that are done early get another. */
const jobsPerHost = [1, 2, 4, 8];
/** How many files the comparison with a job for each file has. */
const fewFiles = 40;
const giveUpMs = 60_000;

/** Why GNU parallel cannot be measured here; undefined when it can. */
export function whyNoParallel(): string | undefined {
  const { stdout } = spawnSync("parallel", ["--version"], { encoding: "utf8" });
  return stdout?.startsWith("GNU parallel") ? undefined : "GNU parallel is missing: apt-get install parallel";
}

/**
 * GNU parallel over ssh, which runs the same worker on the same hosts and files: with the number of files for each job
 * that suits it best, with a job for each file as it does by itself, and with a cable that is pulled.
 */
export async function besideParallel(job: FleetJob, names: readonly string[]): Promise<Figures> {
  const runner = await buildForHosts("bench/lib/parallel-runner.ts");
  // Files and runner lie on the hosts, as caelum's content does.
  for (const name of names) {
    cpSync(job.project, path.join(job.lab.home(name), "project"), { recursive: true });
    cpSync(runner.path, path.join(job.lab.home(name), "runner.cjs"));
  }
  const all = job.files.map(({ path: name, language }) => `${name}\t${language}\n`);
  const run = (lines: readonly string[], each: number, limitMs?: number): Promise<Run> =>
    runParallel(job, names, lines, each, limitMs);

  const chunks: { name: string; seconds: number }[] = [];
  for (const jobs of jobsPerHost) {
    const each = Math.ceil(all.length / (names.length * jobs));
    const { ms, files } = await run(all, each);
    if (files !== all.length) throw new Error(`parallel measured ${files} of ${all.length} files`);
    chunks.push({ name: `${each} files a job`, seconds: ms / 1000 });
  }
  const best = Math.min(...chunks.map(({ seconds }) => seconds)) * 1000;
  const ours = await job.wallMs(names);

  const few = job.some(fewFiles);
  const byFile = await run(
    few.files.map(({ path: name, language }) => `${name}\t${language}\n`),
    1,
  );
  const oursOfFew = await few.wallMs(names);

  const cable = job.lab.link(names[1] ?? "");
  const pull = (): void => cable.pull();
  let timer = setTimeout(pull, 4000);
  const cut = await run(all, Math.ceil(all.length / (names.length * 4)), giveUpMs);
  clearTimeout(timer);
  cable.plug();
  timer = setTimeout(pull, 4000);
  const oursCut = await job.wallMs(names);
  clearTimeout(timer);
  cable.plug();
  return {
    "parallel, seconds": chunks,
    "caelum, seconds": ours / 1000,
    "parallel at its best / caelum": best / ours,
    [`${fewFiles} files, a job for each, seconds`]: byFile.ms / 1000,
    "caelum on these, seconds": oursOfFew / 1000,
    "parallel as it is / caelum": byFile.ms / oursOfFew,
    "a cable is pulled: parallel": cut.ended
      ? `ended after ${Math.round(cut.ms / 1000)} s with ${cut.files} of ${all.length} files`
      : `still hangs after ${giveUpMs / 1000} s with ${cut.files} of ${all.length} files`,
    "a cable is pulled: caelum, seconds, all files": oursCut / 1000,
  };
}

interface Run {
  ms: number;
  files: number;
  ended: boolean;
}

async function runParallel(
  job: FleetJob,
  names: readonly string[],
  lines: readonly string[],
  each: number,
  limitMs = Infinity,
): Promise<Run> {
  const dist = path.resolve(import.meta.dirname, "../../dist/workers");
  const remote = `node runner.cjs project ${dist}/analysis.cjs ${dist}/assets`;
  const logins = names.map((name) => `1/${name}`).join(",");
  const ssh = `ssh -F ${job.lab.configFile}`;
  const startedAt = performance.now();
  const child = spawn(
    "parallel",
    ["--plain", "--will-cite", "--pipe", "-N", String(each), "--ssh", ssh, "-S", logins, remote],
    { stdio: ["pipe", "pipe", "inherit"], detached: true },
  );
  child.stdin.on("error", () => undefined).end(lines.join(""));
  const output: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  const own = new PassingQuota(64);
  if (child.pid !== undefined) own.take([child.pid]);
  const done = undoAtEnd(() => killGroup(child));
  const over = once(child, "close").then(() => true);
  const stop = new AbortController();
  const ended = await Promise.race([
    over,
    ...(limitMs === Infinity ? [] : [sleep(limitMs, false, { signal: stop.signal })]),
  ]);
  const ms = performance.now() - startedAt;
  stop.abort();
  if (!ended) {
    killGroup(child);
    await over;
  }
  done();
  own.close();
  return { ms, files: countFiles(Buffer.concat(output)), ended };
}

/** It leads a group of its own. */
function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
}

function countFiles(output: Buffer): number {
  let files = 0;
  for (let at = 0; at + 8 <= output.length; at += 8 + output.readUInt32BE(at + 4))
    files += output.readUInt32BE(at);
  return files;
}
