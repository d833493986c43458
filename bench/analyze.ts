/**
 * How fast `caelum analyze` is, on real code, beside parsing alone and beside other programs.
 *
 *     node bench/analyze.ts [--rounds 3] [--megabytes 40] [--set standard|languages] [--only per-core,whole,beside] [--json]
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import { eslintComplexity, otherPrograms } from "./lib/beside.ts";
import { caelum, memoryFigures, withTemporary } from "./lib/caelum.ts";
import { parsedFiles } from "./lib/corpus-files.ts";
import { perCore } from "./lib/per-core.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import type { CommandRun } from "./lib/run-command.ts";
import { median } from "./lib/statistics.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    megabytes: { type: "string", default: "40" },
    set: { type: "string", default: "standard" },
    only: { type: "string", default: "per-core,whole,beside" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const parts = new Set(values.only.split(","));
const root = await requireCorpus(values.set === "languages" ? "languages" : "standard");
const figures: Figures = {};

if (parts.has("per-core") || parts.has("beside")) {
  const files = await parsedFiles(root, Number(values.megabytes));
  if (parts.has("per-core"))
    figures["one core, MB/s"] = (await perCore(files, rounds)).map((row) => ({ ...row }));
  if (parts.has("beside")) {
    figures["others on the same files"] = await withTemporary((folder) =>
      otherPrograms(files, rounds, folder),
    );
    figures["eslint complexity on JS and TS"] = await eslintComplexity(files);
  }
}
if (parts.has("whole")) figures["whole process, all files"] = await withTemporary(wholeProcess);
printFigures(`analyze: ${values.set} corpus`, figures);

/** The built program on the whole set, reading and reporting included. Memory is watched in runs of their own. */
async function wholeProcess(folder: string): Promise<Figures> {
  const output = path.join(folder, "report.json");
  const cache = path.join(folder, "cache");
  const args = ["analyze", root, "--format", "json", "--output", output, "--quiet"];
  const repeat = async (...more: string[]): Promise<CommandRun[]> => {
    const runs: CommandRun[] = [];
    for (let i = 0; i < rounds; i++) runs.push(await caelum([...args, ...more], { cache }));
    return runs;
  };

  const one = seconds(await repeat("--no-cache", "--workers", "1"));
  const two = seconds(await repeat("--no-cache", "--workers", "2"));
  const watched = await caelum([...args, "--no-cache", "--workers", "2"], { cache, watchMemory: true });
  const { files } = JSON.parse(readFileSync(output, "utf8")) as { files: { bytes: number }[] };
  const megabytes = files.reduce((total, { bytes }) => total + bytes, 0) / 1e6;

  const cold = (await caelum([...args, "--workers", "2"], { cache })).wallMs / 1000;
  const coldReport = readFileSync(output);
  const warm = seconds(await repeat("--workers", "2"));
  return {
    files: files.length,
    megabytes,
    "1 worker": { seconds: one, "MB/s": megabytes / one, "files/s": files.length / one },
    "2 workers": { seconds: two, "MB/s": megabytes / two, "files/s": files.length / two },
    "peak memory, 2 workers": memoryFigures(watched),
    cache: {
      "cold, filling it, seconds": cold,
      "warm, seconds": warm,
      "cold / warm": cold / warm,
      "without a cache / warm": two / warm,
      "same bytes": coldReport.equals(readFileSync(output)),
    },
  };
}

function seconds(runs: readonly CommandRun[]): number {
  return median(runs.map(({ wallMs }) => wallMs)) / 1000;
}
