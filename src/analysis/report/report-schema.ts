import * as v from "valibot";

/**
 * The JSON report. `docs/reference/analysis-report.schema.json` is generated from here. Fields are added, never
 * renamed or removed, within one `version`. There is nothing in it that depends on time or on where the work was done.
 */
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const number = v.pipe(v.number(), v.minValue(0));
const line = v.pipe(v.number(), v.integer(), v.minValue(1));
const path = v.pipe(v.string(), v.description("relative to the project, with `/`"));

const lines = v.object({ code: count, comment: count, blank: count });
const parse = v.object({
  errorBytes: v.pipe(count, v.description("bytes inside nodes that the grammar could not make sense of")),
  confidence: v.pipe(
    v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
    v.description("share of bytes outside of errors; null where only lines are counted"),
  ),
});
const totals = {
  bytes: count,
  lines,
  functions: count,
  cyclomatic: v.pipe(count, v.description("sum over functions and code outside of them")),
  cognitive: v.pipe(count, v.description("sum over outermost functions and code outside of them")),
  maxCyclomatic: count,
  maxCognitive: count,
  maxNesting: count,
  halsteadVolume: number,
  halsteadEffort: number,
  maintainability: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  parse,
};

const halstead = v.object({
  distinctOperators: count,
  distinctOperands: count,
  operators: count,
  operands: count,
  volume: number,
  difficulty: number,
  effort: number,
});

const functionEntry = v.object({
  name: v.string(),
  kind: v.picklist(["function", "method", "constructor", "getter", "setter", "lambda"]),
  container: v.optional(
    v.pipe(v.string(), v.description("enclosing types and functions, outermost first, joined with `.`")),
  ),
  line,
  endLine: line,
  parameters: count,
  nesting: count,
  cyclomatic: v.pipe(v.number(), v.integer(), v.minValue(1)),
  cognitive: count,
  ownCognitive: v.pipe(count, v.description("without what functions inside it add")),
  halstead,
  maintainability: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
  nested: v.pipe(v.boolean(), v.description("stands inside another function")),
  errorBytes: count,
  code: v.pipe(count, v.description("lines of code")),
});

const symbol = v.object({
  name: v.string(),
  kind: v.string(),
  container: v.optional(v.string()),
  signature: v.string(),
  line,
  endLine: line,
  exported: v.boolean(),
});

const importEntry = v.object({
  raw: v.pipe(v.string(), v.description("the module as it is written, without quotes")),
  line,
  form: v.optional(v.string()),
  members: v.optional(v.array(v.string())),
  resolved: v.pipe(
    v.array(v.string()),
    v.description(
      "files of the project it reaches, a folder with `/` behind it, or the id of a group; empty: outside, or unknown",
    ),
  ),
  kind: v.pipe(
    v.picklist(["resolved", "external", "unresolved"]),
    v.description("`unresolved`: it looks like the project's own, but no file was found"),
  ),
});

const measures = v.object({
  functions: count,
  cyclomatic: totals.cyclomatic,
  cognitive: totals.cognitive,
  maxCyclomatic: count,
  maxCognitive: count,
  maxNesting: count,
  halsteadVolume: number,
  halsteadEffort: number,
  maintainability: totals.maintainability,
});

const file = v.object({
  path,
  language: v.string(),
  bytes: count,
  lines,
  parse,
  measures,
  fanIn: v.pipe(count, v.description("files that import it, by itself or with its package")),
  fanOut: v.pipe(count, v.description("files, packages and groups that it imports")),
  functions: v.array(functionEntry),
  symbols: v.array(symbol),
  imports: v.array(importEntry),
});

const placed = v.object({ ...functionEntry.entries, path });

const reach = v.object({
  direct: v.array(path),
  transitive: v.pipe(v.array(v.object({ path, depth: line })), v.description("by depth: 1 = direct")),
});

export const reportSchema = v.object({
  version: v.literal(1),
  project: v.pipe(v.string(), v.description("name of the analysed folder or file")),
  complete: v.pipe(v.boolean(), v.description("false when a file that should be here could not be measured")),
  summary: v.object({
    files: count,
    ...totals,
    languages: v.array(v.object({ language: v.string(), name: v.string(), files: count, ...totals })),
    skipped: v.pipe(v.record(v.string(), count), v.description("files left out, by reason")),
    worst: v.pipe(
      v.object({ cognitive: v.array(placed), cyclomatic: v.array(placed) }),
      v.description("the 20 worst functions by `ownCognitive` and by `cyclomatic`"),
    ),
    imports: v.object({ resolved: count, external: count, unresolved: count }),
    gates: v.array(
      v.object({
        measure: v.picklist(["cyclomatic", "cognitive"]),
        limit: count,
        failures: v.array(v.object({ path, line, name: v.string(), value: count })),
      }),
    ),
  }),
  folders: v.array(v.object({ path, files: count, ...totals })),
  graph: v.object({
    edges: v.pipe(
      v.array(v.object({ from: path, to: v.string() })),
      v.description("what each file imports: a file, or the id of a group"),
    ),
    groups: v.pipe(
      v.array(
        v.object({ id: v.string(), kind: v.picklist(["namespace", "alternatives"]), members: v.array(path) }),
      ),
      v.description("files that an import names together without saying which of them it needs"),
    ),
    cycles: v.pipe(
      v.array(v.array(path)),
      v.description("strongly connected components of more than one file, or of one that imports itself"),
    ),
    layers: v.pipe(
      v.array(v.array(path)),
      v.description("files by longest way down; those in layer 0 import nothing of the project"),
    ),
  }),
  focus: v.optional(
    v.object({
      path,
      dependsOn: reach,
      dependedOnBy: reach,
    }),
  ),
  skipped: v.array(
    v.object({ path, reason: v.string(), detail: v.optional(v.string()), files: v.optional(count) }),
  ),
  files: v.array(file),
});

export type Report = v.InferOutput<typeof reportSchema>;
