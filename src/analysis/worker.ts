import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runWorker, type WorkerContext } from "#worker-runtime";
import { LanguageTable } from "./discovery/index.ts";
import { FileMeasurer } from "./file/measure-file.ts";
import { readSource, sha256 } from "./file/read-file.ts";
import { type AnalysisUnit, decodeUnit, encodeResults, type UnitFile } from "./file/wire.ts";
import { languages } from "./languages/index.ts";
import { Parsers } from "./parse/parsers.ts";

/** What runs on a host: measures the files of a unit. */

// The scanner of the Bash grammar is one function of 160 KB: optimizing its loops takes 700 MB for a moment in place of
// 360, and gains nothing, there or in other grammars.
setFlagsFromString("--no-wasm-loop-unrolling");
setFlagsFromString("--no-wasm-loop-peeling");

const table = new LanguageTable(languages);
const measurers = new Map<string, FileMeasurer>();
let parsers: Promise<Parsers> | undefined;

runWorker({
  async unit(payload, context) {
    const unit = decodeUnit(payload);
    const measurer = measurerFor(unit, context);
    const results = [];
    for (const file of unit.files) {
      context.signal.throwIfAborted();
      const content = contentOf(file, unit, context);
      if (!(content instanceof Uint8Array)) {
        results.push({ sha: "", result: content });
        continue;
      }
      const result = await measurer.measure(content, file).catch((error: unknown) => giveUp(file, error));
      results.push({ sha: file.sha ?? sha256(content), result });
    }
    return encodeResults(results);
  },
});

/**
 * tree-sitter ran out of memory, most likely, and its heap is not to be trusted any more: end this process. The
 * scheduler finds the file by halving the unit; nothing that was measured before is in doubt.
 */
function giveUp(file: UnitFile, error: unknown): never {
  process.stderr.write(`${file.path}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function contentOf(
  file: UnitFile,
  unit: AnalysisUnit,
  context: WorkerContext,
): ReturnType<typeof readSource> | Uint8Array {
  if (file.sha !== undefined) return context.readBlobSync(file.sha);
  if (unit.root === undefined) throw new Error("a unit names neither a folder nor blobs");
  return readSource(unit.root, file, unit.maxFileSize);
}

function measurerFor(unit: AnalysisUnit, context: WorkerContext): FileMeasurer {
  const key = (unit.only ?? []).join(" ");
  const known = measurers.get(key);
  if (known !== undefined) return known;
  const made = new FileMeasurer(() => (parsers ??= startParsers(context)), table, unit.only);
  measurers.set(key, made);
  return made;
}

function startParsers(context: WorkerContext): Promise<Parsers> {
  const asset = (name: string): Uint8Array => {
    const path = context.assets.get(name);
    if (path === undefined) throw new Error(`the worker came without ${name}`);
    return readFileSync(path);
  };
  return Parsers.start({
    runtime: () => asset("web-tree-sitter.wasm"),
    grammar: (name) => asset(`${name}.wasm.gz`),
  });
}
