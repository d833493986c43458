import { readFileSync } from "node:fs";
import { runWorker, type WorkerContext } from "#worker-runtime";
import { LanguageTable } from "./discovery/index.ts";
import { FileMeasurer } from "./file/measure-file.ts";
import { sha256, SourceReader } from "./file/read-file.ts";
import { type AnalysisUnit, decodeUnit, encodeResults, type UnitFile } from "./file/wire.ts";
import { languages } from "./languages/index.ts";
import { Parsers } from "./parse/parsers.ts";
import { tuneWasm } from "./parse/tune-wasm.ts";
import { RuleEngine } from "./rules/engine.ts";
import { RULES_ASSET, type RuleSet } from "./rules/rule.ts";
import { answerRequest } from "./service/answer-request.ts";
import { decodeRequest } from "./service/wire.ts";

/** What runs on a host: measures the files of a unit, and answers what a service asks. */

tuneWasm();

const table = new LanguageTable(languages);
const reader = new SourceReader();
const measurers = new Map<string, FileMeasurer>();
let parsers: Promise<Parsers> | undefined;

runWorker({
  async unit(payload, context) {
    const asked = decodeRequest(payload);
    if (asked !== undefined) {
      const { signal } = context;
      return answerRequest(asked.request, asked.contents, {
        measurer: measurerFor({}, context),
        parsers: () => sharedParsers(context),
        signal,
      }).catch((error: unknown) =>
        signal.aborted
          ? Promise.reject(error as Error)
          : giveUp("files" in asked.request ? asked.request.files[0] : undefined, error),
      );
    }
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
      const { stamp } = reader;
      const result = await measurer.measure(content, file).catch((error: unknown) => giveUp(file, error));
      results.push(
        file.sha === undefined ? { sha: sha256(content), stamp, result } : { sha: file.sha, result },
      );
    }
    return encodeResults(results);
  },
});

/**
 * tree-sitter ran out of memory, most likely, and its heap is not to be trusted any more: end this process. The
 * scheduler finds the file by halving the unit; nothing that was measured before is in doubt.
 */
function giveUp(file: { path: string } | undefined, error: unknown): never {
  process.stderr.write(
    `${file?.path ?? "no file"}: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exit(1);
}

function contentOf(
  file: UnitFile,
  unit: AnalysisUnit,
  context: WorkerContext,
): ReturnType<SourceReader["read"]> | Uint8Array {
  if (file.sha !== undefined) return context.readBlobSync(file.sha);
  if (unit.root === undefined) throw new Error("a unit names neither a folder nor blobs");
  return reader.read(unit.root, file, unit.maxFileSize);
}

function measurerFor(
  { only = [], tapes = false }: Pick<AnalysisUnit, "only" | "tapes">,
  context: WorkerContext,
): FileMeasurer {
  const key = [tapes, ...only].join(" ");
  const known = measurers.get(key);
  if (known !== undefined) return known;
  const made = new FileMeasurer(() => sharedParsers(context), table, {
    only,
    tapes,
    rules: rulesOf(context),
  });
  measurers.set(key, made);
  return made;
}

/** Workers of a run with rules come with a file of them. */
function rulesOf(context: WorkerContext): RuleEngine | undefined {
  const path = context.assets.get(RULES_ASSET);
  return path === undefined ? undefined : new RuleEngine(JSON.parse(readFileSync(path, "utf8")) as RuleSet);
}

function sharedParsers(context: WorkerContext): Promise<Parsers> {
  return (parsers ??= startParsers(context));
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
