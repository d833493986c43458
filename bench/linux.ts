/**
 * A whole Linux tree, over 20 million lines: that it completes, how long it takes and how much memory.
 *
 *     node bench/linux.ts [--workers 2] [--alone] [--json]
 *
 * `--alone`: measures without rules and without the search for copies.
 */
import { createReadStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import { caelum, treeFigures, withTemporary } from "./lib/caelum.ts";
import { printFigures } from "./lib/print.ts";

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "2" },
    alone: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const root = await requireCorpus("linux");

const figures = await withTemporary(async (folder) => {
  const output = path.join(folder, "report.jsonl");
  const args = [
    "analyze",
    root,
    "--format",
    "jsonl",
    "--output",
    output,
    "--no-cache",
    "--workers",
    values.workers,
    ...(values.alone ? ["--no-default-rules", "--no-clones"] : []),
  ];
  const run = await caelum(args, {
    cache: path.join(folder, "cache"),
    watchMemory: true,
    showStderr: !values.json,
  });
  const totals = await totalsOf(output);
  const seconds = run.wallMs / 1000;
  return {
    ...totals,
    seconds,
    "MB/s": totals.megabytes / seconds,
    "files/s": totals.files / seconds,
    "memory and CPU": treeFigures(run),
  };
});
printFigures("analyze: Linux", figures);

/** Read line by line: the report is larger than what is to be measured should hold. */
async function totalsOf(report: string): Promise<{ files: number; lines: number; megabytes: number }> {
  const totals = { files: 0, lines: 0, megabytes: 0 };
  for await (const line of createInterface({ input: createReadStream(report) })) {
    const record = JSON.parse(line) as { path?: string; bytes?: number; lines?: Record<string, number> };
    if (record.path === undefined || record.lines === undefined || record.bytes === undefined) continue;
    const { code = 0, comment = 0, blank = 0 } = record.lines;
    totals.files++;
    totals.lines += code + comment + blank;
    totals.megabytes += record.bytes / 1e6;
  }
  return totals;
}
