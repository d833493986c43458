/**
 * Everything at once, beside the programs it takes the place of, and what each part of it costs.
 *
 *     node bench/depth.ts [--rounds 3] [--megabytes 40] [--set standard|languages] [--only beside,parts] [--json]
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import type { Rule, RuleSet } from "../src/analysis/rules/rule.ts";
import { caelum, withTemporary } from "./lib/caelum.ts";
import { type CorpusFile, parsedFiles } from "./lib/corpus-files.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { type CommandRun, runCommand } from "./lib/run-command.ts";
import { scanners } from "./lib/scanners.ts";
import { median, sum } from "./lib/statistics.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    megabytes: { type: "string", default: "40" },
    set: { type: "string", default: "standard" },
    only: { type: "string", default: "beside,parts" },
    json: { type: "boolean", default: false },
  },
});
/** Commits that the files come in, so that there is a history to read. */
const COMMITS = 20;

interface Measured {
  seconds: number;
  cpu: number;
  /** Pages that processes share count once; of programs so quick that no look saw it, the sum of what each has. */
  megabytes: number;
}

const rounds = Number(values.rounds);
const root = await requireCorpus(values.set === "languages" ? "languages" : "standard");
const files = await parsedFiles(root, Number(values.megabytes));

await withTemporary(async (folder) => {
  const project = path.join(folder, "project");
  await commitInPortions(files, project);
  const figures: Figures = {
    files: files.length,
    megabytes: sum(files.map(({ content }) => content.length)) / 1e6,
    rounds,
  };
  const parts = new Set(values.only.split(","));
  if (parts.has("beside")) Object.assign(figures, await beside(project, folder));
  if (parts.has("parts")) Object.assign(figures, await costOfParts(project, folder));
  printFigures(`depth: ${values.set} corpus`, figures);
});

/** caelum with all of it, and the others one after the other, in turn. */
async function beside(project: string, folder: string): Promise<Figures> {
  const others = await scanners(folder);
  const runs: Record<string, (watchMemory: boolean) => Promise<CommandRun>> = {
    "caelum, all of it": (watchMemory) => analyze(project, folder, [], watchMemory),
  };
  for (const [index, { name, file, args, fine }] of others.entries()) {
    const out = path.join(folder, `out-${index}`);
    mkdirSync(out);
    runs[name] = async (watchMemory) => {
      const options = { watchMemory, cwd: project, stdoutFile: path.join(out, "stdout") };
      const run = await runCommand(file, args(out), options);
      if (!fine.includes(run.exitCode ?? -1))
        throw new Error(`${name} exited with ${run.exitCode}:\n${run.stderr.slice(-3000)}`);
      return run;
    };
  }
  const measured = await inTurn(runs);
  const { "caelum, all of it": own, ...rest } = measured;
  const together = Object.values(rest);
  return {
    "beside others": rowsOf(measured),
    "caelum of the others one after the other": {
      "time, ratio": own!.seconds / sum(together.map(({ seconds }) => seconds)),
      "CPU, ratio": own!.cpu / sum(together.map(({ cpu }) => cpu)),
      "memory of jscpd's, ratio": own!.megabytes / rest["jscpd"]!.megabytes,
      "memory of the largest, ratio":
        own!.megabytes / Math.max(...together.map(({ megabytes }) => megabytes)),
    },
  };
}

/** Each part alone on top of measuring, and all of them. */
async function costOfParts(project: string, folder: string): Promise<Figures> {
  const off = {
    rules: ["--no-default-rules"],
    clones: ["--no-clones"],
    secrets: ["--no-secrets"],
    hotspots: ["--no-hotspots"],
  };
  const without = (name?: keyof typeof off): string[] =>
    Object.entries(off).flatMap(([part, flags]) => (part === name ? [] : flags));
  const search = variant(path.join(folder, "search"), ({ taint }) => taint === undefined);
  const taint = variant(path.join(folder, "taint"), (rule) => rule.taint !== undefined);
  const sets: Record<string, { flags: string[]; program?: string }> = {
    plain: { flags: without() },
    "+ rules that search": { flags: without("rules"), program: search },
    "+ taint": { flags: without("rules"), program: taint },
    "+ all rules": { flags: without("rules") },
    "+ secrets": { flags: without("secrets") },
    "+ clones": { flags: without("clones") },
    "+ hotspots": { flags: without("hotspots") },
    everything: { flags: [] },
  };
  const measured = await inTurn(
    Object.fromEntries(
      Object.entries(sets).map(([name, { flags, program }]) => [
        name,
        (watchMemory: boolean) => analyze(project, folder, flags, watchMemory, program),
      ]),
    ),
  );
  const base = measured["plain"]!.cpu;
  return {
    "parts, CPU": rowsOf(measured).map((row, index) => ({
      ...row,
      "against plain, %": (Object.values(measured)[index]!.cpu / base - 1) * 100,
    })),
  };
}

/** Wall time of runs that nobody looks at; time on a core and memory of others, which looking would hold up. */
async function inTurn(
  runs: Readonly<Record<string, (watchMemory: boolean) => Promise<CommandRun>>>,
): Promise<Record<string, Measured>> {
  const seen = Object.keys(runs).map((name) => ({
    name,
    alone: [] as CommandRun[],
    watched: [] as CommandRun[],
  }));
  for (let round = 0; round < rounds; round++) {
    for (const { name, alone, watched } of seen) {
      alone.push(await runs[name]!(false));
      watched.push(await runs[name]!(true));
    }
  }
  return Object.fromEntries(
    seen.map(({ name, alone, watched }) => {
      const trees = watched.map(({ memory }) => memory!);
      return [
        name,
        {
          seconds: median(alone.map(({ wallMs }) => wallMs)) / 1000,
          cpu: median(trees.map(({ byProcess }) => sum(byProcess.map(({ cpuMs }) => cpuMs)))) / 1000,
          megabytes: median(trees.map(({ proportionalPeak, peak }) => proportionalPeak || peak)) / 1e6,
        },
      ];
    }),
  );
}

function rowsOf(measured: Readonly<Record<string, Measured>>): Figures[] {
  return Object.entries(measured).map(([name, { seconds, cpu, megabytes }]) => ({
    name,
    seconds,
    "CPU, s": cpu,
    "peak MB": megabytes,
  }));
}

function analyze(
  project: string,
  folder: string,
  flags: readonly string[],
  watchMemory: boolean,
  program?: string,
): Promise<CommandRun> {
  const output = ["--format", "json", "--output", path.join(folder, "report.json"), "--quiet", "--no-cache"];
  const workers = ["--workers", String(availableParallelism())];
  return caelum(["analyze", project, ...output, ...workers, ...flags], {
    cache: path.join(folder, "cache"),
    watchMemory,
    ...(program !== undefined && { program }),
  });
}

/** caelum as it is built, with some of the rules that come with it: prepared, as in everything, and not read from YAML. */
function variant(folder: string, isKept: (rule: Rule) => boolean): string {
  const from = path.join(import.meta.dirname, "..");
  for (const part of ["bin", "dist", "package.json"])
    cpSync(path.join(from, part), path.join(folder, part), { recursive: true });
  symlinkSync(path.join(from, "node_modules"), path.join(folder, "node_modules"));
  const file = path.join(folder, "dist", "rules", "default.json");
  const { rules } = JSON.parse(readFileSync(file, "utf8")) as RuleSet;
  writeFileSync(file, JSON.stringify({ rules: rules.filter(isKept) }));
  return path.join(folder, "bin", "caelum.js");
}

/** A repository of these files, so many in each commit. */
async function commitInPortions(all: readonly CorpusFile[], project: string): Promise<void> {
  mkdirSync(project, { recursive: true });
  const git = (...args: string[]): Promise<unknown> =>
    execa("git", ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", ...args], {
      cwd: project,
    });
  await git("init", "-q");
  const size = Math.ceil(all.length / COMMITS);
  for (let at = 0; at < all.length; at += size) {
    for (const { file, path: name } of all.slice(at, at + size)) cpSync(file, path.join(project, name));
    await git("add", "--all", "--force");
    await git("-c", "commit.gpgsign=false", "commit", "-q", "-m", `files from ${at}`);
  }
}
