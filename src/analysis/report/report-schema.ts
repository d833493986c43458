import * as v from "valibot";
import { confidences, severities } from "../findings/finding.ts";

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

const duplication = v.object({
  lines: v.pipe(count, v.description("lines with code")),
  duplicated: v.pipe(count, v.description("those of them that stand in a copy")),
  percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
});

const file = v.object({
  path,
  language: v.string(),
  bytes: count,
  lines,
  parse,
  measures,
  duplication: v.optional(
    v.object({ lines: duplication.entries.lines, duplicated: duplication.entries.duplicated }),
  ),
  fanIn: v.pipe(count, v.description("files that import it, by itself or with its package")),
  fanOut: v.pipe(count, v.description("files, packages and groups that it imports")),
  functions: v.array(functionEntry),
  symbols: v.array(symbol),
  imports: v.array(importEntry),
});

const clone = v.object({
  id: v.pipe(v.string(), v.description("of the first copy's tokens: it does not depend on where they stand")),
  kind: v.pipe(
    v.picklist(["exact", "renamed", "near"]),
    v.description(
      "`exact`: but for white space and comments; `renamed`: names and values differ; `near`: a few tokens, too",
    ),
  ),
  tokens: v.pipe(count, v.description("of the first copy")),
  lines: v.pipe(line, v.description("of the first copy")),
  fragments: v.pipe(
    v.array(v.object({ path, line, endLine: line })),
    v.description("the copies, in the order of paths and lines"),
  ),
});

const day = v.pipe(v.string(), v.regex(/^\d{4,}-\d\d-\d\d$/), v.description("in UTC"));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const history = v.object({
  state: v.pipe(
    v.picklist(["full", "shallow", "grafted", "none"]),
    v.description("`shallow`, `grafted`: older commits are missing or replaced, so counts are too low"),
  ),
  reason: v.pipe(v.optional(v.string()), v.description("why there is none")),
  commits: count,
  authors: count,
  from: v.optional(day),
  to: v.optional(day),
});

const hotspot = v.object({
  path,
  score: v.pipe(
    v.number(),
    v.minValue(0),
    v.maxValue(100),
    v.description(
      "cognitive complexity × changes (a change weighs half after a year), 100 = the first one's",
    ),
  ),
  cognitive: count,
  commits: count,
  recent: v.pipe(count, v.description("commits of the newest 90 days of the history")),
  trend: v.pipe(v.picklist(["rising", "steady", "falling"]), v.description("against the 90 days before")),
  authors: count,
  mainAuthor: v.string(),
  mainShare: v.pipe(share, v.description("of the commits")),
  atRisk: v.pipe(
    v.boolean(),
    v.description("the main author made at least half of the commits, and none anywhere for half a year"),
  ),
  firstChange: day,
  lastChange: day,
});

const coupling = v.object({
  a: path,
  b: path,
  shared: v.pipe(count, v.description("commits that touched both")),
  degree: v.pipe(share, v.description("of the commits of the one that has fewer")),
});

const placed = v.object({ ...functionEntry.entries, path });

const reach = v.object({
  direct: v.array(path),
  transitive: v.pipe(v.array(v.object({ path, depth: line })), v.description("by depth: 1 = direct")),
});

const region = { line, column: line, endLine: line, endColumn: line };

const finding = v.object({
  ruleId: v.string(),
  severity: v.picklist(severities),
  confidence: v.picklist(confidences),
  cwe: v.array(v.string()),
  path,
  ...region,
  message: v.string(),
  fingerprint: v.pipe(
    v.string(),
    v.description("of the rule and what was found: the same after line shifts and renames"),
  ),
  fix: v.optional(v.pipe(v.string(), v.description("the text that should stand there in its stead"))),
  flow: v.optional(
    v.pipe(
      v.array(v.object({ ...region, message: v.string() })),
      v.description("from where the data comes, by which places, to where it does harm"),
    ),
  ),
});

const unsupportedRule = v.object({
  ruleId: v.string(),
  file: v.string(),
  line,
  problem: v.picklist(["unsupported", "invalid"]),
  feature: v.string(),
  message: v.string(),
  effect: v.picklist(["left out", "runs without it"]),
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
    findings: v.pipe(
      v.object({
        critical: v.optional(count),
        high: v.optional(count),
        medium: v.optional(count),
        low: v.optional(count),
        info: v.optional(count),
        suppressed: count,
        cut: v.pipe(
          v.array(v.object({ path, ruleId: v.string(), count })),
          v.description("more of one rule in one file than is kept"),
        ),
        gate: v.optional(v.object({ severity: v.picklist(severities), failures: count })),
        gaveUp: v.pipe(
          v.array(v.object({ path, ruleId: v.string() })),
          v.description("rules that would have taken too long for a file"),
        ),
      }),
      v.description("how many there are of each severity"),
    ),
    secrets: v.pipe(
      v.optional(
        v.object({
          leftOutFiles: v.pipe(count, v.description("files left out whose text was searched nevertheless")),
          cut: v.pipe(
            v.object({ files: count, bytes: count }),
            v.description("those of which the first 10,000,000 bytes were searched, and the bytes behind"),
          ),
          notSearched: v.pipe(
            v.object({ files: count, folders: count }),
            v.description("files that could not be read, and folders of installed packages"),
          ),
          history: v.pipe(
            v.optional(
              v.object({
                state: v.picklist(["full", "shallow", "grafted", "none", "broken"]),
                reason: v.optional(v.string()),
              }),
            ),
            v.description(
              "what `--history` had to search; `shallow`, `grafted`: older commits are missing; `broken`: git failed before the end",
            ),
          ),
        }),
      ),
      v.description("how far secrets were looked for; absent: they were not"),
    ),
    duplication: v.pipe(
      v.optional(
        v.object({
          ...duplication.entries,
          classes: count,
          notCompared: v.pipe(
            count,
            v.description("places that look alike and were not compared, because there were too many"),
          ),
          limit: v.pipe(v.optional(number), v.description("`--max-duplication`, in percent")),
        }),
      ),
      v.description("absent: copies were not looked for"),
    ),
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
    cuts: v.pipe(
      v.array(v.nullable(v.object({ from: path, to: path, left: count }))),
      v.description(
        "for each of the first 50 cycles the import whose removal leaves least of it, and how many files are left in the largest rest; null: too many to try",
      ),
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
  architecture: v.pipe(
    v.optional(
      v.object({
        orphans: v.pipe(
          v.array(path),
          v.description(
            "files of JavaScript, TypeScript and Python that nothing imports or is known to start",
          ),
        ),
        unusedExports: v.pipe(
          v.array(
            v.object({
              path,
              line: v.pipe(v.number(), v.integer()),
              name: v.pipe(v.string(), v.description("as others import it; default: the module's own")),
              kind: v.picklist(["function", "class", "type", "enum", "value", "namespace", "re-export"]),
              usedBy: v.pipe(
                v.picklist(["nothing", "own file", "tests"]),
                v.description(
                  "own file: the export is not needed, what it names is; tests: and by nothing else",
                ),
              ),
            }),
          ),
          v.description(
            "exports of JavaScript and TypeScript, functions and classes of Python that nothing else is known to use",
          ),
        ),
      }),
    ),
    v.description("absent: only a part of the files was read"),
  ),
  since: v.optional(
    v.object({
      revision: v.string(),
      commit: v.string(),
      changed: v.array(
        v.object({
          path,
          status: v.picklist(["added", "changed", "deleted", "renamed"]),
          from: v.optional(path),
        }),
      ),
      affected: v.pipe(
        v.array(v.object({ path, depth: line })),
        v.description("files that did not change and import one that did, by depth: 1 = directly"),
      ),
    }),
  ),
  focus: v.optional(
    v.object({
      path,
      dependsOn: reach,
      dependedOnBy: reach,
    }),
  ),
  findings: v.pipe(v.array(finding), v.description("columns count UTF-16 units from 1, ends are exclusive")),
  suppressed: v.array(
    v.object({
      ...finding.entries,
      suppressedBy: v.picklist(["comment", "baseline"]),
      reason: v.optional(v.string()),
    }),
  ),
  unsupportedRules: v.pipe(
    v.array(unsupportedRule),
    v.description("rules, or parts of rules, that could not be used as they are written"),
  ),
  clones: v.pipe(
    v.array(clone),
    v.description("code that stands in several places; what takes most lines too many first"),
  ),
  history: v.pipe(v.optional(history), v.description("absent: it was not read")),
  hotspots: v.pipe(
    v.array(hotspot),
    v.description("files that are hard to understand and change often; the 200 with the highest score"),
  ),
  coupling: v.pipe(
    v.array(coupling),
    v.description("files that change together, without saying so in the code"),
  ),
  skipped: v.array(
    v.object({ path, reason: v.string(), detail: v.optional(v.string()), files: v.optional(count) }),
  ),
  files: v.array(file),
});

export type Report = v.InferOutput<typeof reportSchema>;
