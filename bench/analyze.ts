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
import { caelum, treeFigures, withTemporary } from "./lib/caelum.ts";
import { parsedFiles } from "./lib/corpus-files.ts";
import { perCore } from "./lib/per-core.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import type { CommandRun } from "./lib/run-command.ts";
import { median } from "./lib/statistics.ts";
import { inTunedProcess } from "./lib/tuned-process.ts";

inTunedProcess();
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    megabytes: { type: "string", default: "40" },
    set: { type: "string", default: "standard" },
    only: { type: "string", default: "per-core,whole,beside" },
    json: { type: "boolean", default: false },
  },
});
/** Without the search for problems and copies, which are figures of their own (`bench/clones.ts`). */
const measuresAlone = ["--no-default-rules", "--no-clones"];
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
  const analyze = (args: readonly string[], watchMemory = false): Promise<CommandRun> =>
    caelum(["analyze", root, "--format", "json", "--output", output, "--quiet", ...args], {
      cache,
      watchMemory,
    });
  const secondsOf = async (...args: string[]): Promise<number> => {
    const runs: number[] = [];
    for (let i = 0; i < rounds; i++) runs.push((await analyze(args)).wallMs / 1000);
    return median(runs);
  };

  const anew = ["--no-cache", "--workers", "2"];
  const one = await secondsOf("--no-cache", "--workers", "1", ...measuresAlone);
  const two = await secondsOf(...anew, ...measuresAlone);
  const all = await secondsOf(...anew);
  const watched = await analyze([...anew, ...measuresAlone], true);
  const watchedAll = await analyze(anew, true);
  const { files } = JSON.parse(readFileSync(output, "utf8")) as { files: { bytes: number }[] };
  const megabytes = files.reduce((total, { bytes }) => total + bytes, 0) / 1e6;
  const speed = (seconds: number): Figures => ({
    seconds,
    "MB/s": megabytes / seconds,
    "files/s": files.length / seconds,
  });

  const cached = ["--workers", "2", ...measuresAlone];
  const cold = (await analyze(cached)).wallMs / 1000;
  const coldReport = readFileSync(output);
  const warm = await secondsOf(...cached);
  return {
    files: files.length,
    megabytes,
    "measures alone, 1 worker": speed(one),
    "measures alone, 2 workers": { ...speed(two), ...treeFigures(watched) },
    "with rules and copies, 2 workers": { ...speed(all), ...treeFigures(watchedAll) },
    "cache, measures alone": {
      "cold, filling it, seconds": cold,
      "warm, seconds": warm,
      "cold / warm": cold / warm,
      "without a cache / warm": two / warm,
      "same bytes": coldReport.equals(readFileSync(output)),
    },
  };
}
