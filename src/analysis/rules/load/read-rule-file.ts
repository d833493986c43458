import type { UnsupportedRule } from "../../findings/collect.ts";
import type { Confidence, Severity } from "../../findings/finding.ts";
import type { Rule, TaintSpec } from "../rule.ts";
import { entry, readYaml, type Value, YamlProblem } from "./document.ts";
import { languageNames, languagesNamed } from "./languages.ts";
import {
  formulaOf,
  FORMULA_KEYS,
  invalid,
  list,
  near,
  propagatorOf,
  RuleProblem,
  text,
} from "./read-formula.ts";

export interface ReadRules {
  rules: Rule[];
  problems: UnsupportedRule[];
}

const TAINT_KEYS = ["pattern-sources", "pattern-sinks", "pattern-sanitizers", "pattern-propagators"];
const RULE_KEYS = [
  "id",
  "message",
  "severity",
  "languages",
  "mode",
  "metadata",
  "fix",
  "fix-regex",
  "paths",
  "options",
  "min-version",
  "max-version",
  ...FORMULA_KEYS,
  ...TAINT_KEYS,
];
/** Parts of Semgrep's format that say something else. */
const UNSUPPORTED_KEYS: ReadonlySet<string> = new Set([
  "match",
  "taint",
  "join",
  "extract",
  "steps",
  "dependencies",
  "r2c-internal-project-depends-on",
  "product",
  "validators",
]);
/** What may stand in a source, a sink or a sanitizer besides its pattern. */
const TAINT_OPTIONS: Readonly<Record<string, string>> = {
  exact: "",
  "at-exit": "",
  "by-side-effect": "",
  label: "",
  requires: "",
  control: "",
  "not-conflicting": "",
};
/** Options that change nothing here: what they ask for is done, or is about other files. */
const HARMLESS_OPTIONS: ReadonlySet<string> = new Set([
  "constant_propagation",
  "symbolic_propagation",
  "vardef_assign",
  "attr_expr",
  "interfile",
  "decorators_order_matters",
  "implicit_return",
  "taint_unify_mvars",
  "unify_ids_strictly",
]);

const SEVERITIES: Readonly<Record<string, Severity>> = {
  CRITICAL: "critical",
  ERROR: "high",
  HIGH: "high",
  WARNING: "medium",
  MEDIUM: "medium",
  INFO: "low",
  LOW: "low",
  INVENTORY: "info",
  EXPERIMENT: "info",
};

/**
 * Rules of one file, and what of them cannot be used: everything that is wrong is told, and the rest goes on.
 * `file` is how messages name it. Throws a YamlProblem when the file is no YAML or holds no rules.
 */
export function readRuleFile(content: string, file: string): ReadRules {
  const document = readYaml(content);
  const found = entry(document, "rules");
  if (found?.items === undefined)
    throw new YamlProblem(
      "there is no list of rules: the file must begin with rules:",
      document.line,
      document.column,
    );
  const read: ReadRules = { rules: [], problems: [] };
  for (const value of found.items) {
    const id = entry(value, "id")?.scalar;
    const report = (problem: RuleProblem, effect: UnsupportedRule["effect"]): void => {
      read.problems.push({
        ruleId: id === undefined ? "" : String(id),
        file,
        line: problem.line,
        problem: problem.problem,
        feature: problem.feature,
        message: problem.message,
        effect,
      });
    };
    try {
      read.rules.push(readRule(value, file, (problem) => report(problem, "runs without it")));
    } catch (error) {
      if (!(error instanceof RuleProblem)) throw error;
      report(error, "left out");
    }
  }
  return read;
}

function readRule(value: Value, file: string, note: (problem: RuleProblem) => void): Rule {
  if (value.entries === undefined) throw invalid("rules", "a rule must be a mapping", value.line);
  for (const [key, , line] of value.entries) {
    if (UNSUPPORTED_KEYS.has(key)) throw new RuleProblem("unsupported", key, `${key} is not supported`, line);
    if (!RULE_KEYS.includes(key))
      throw invalid(key, `${key} is no key of a rule${near(key, RULE_KEYS)}`, line);
  }
  const need = (key: string): Value => {
    const found = entry(value, key);
    if (found === undefined) throw invalid(key, `the rule has no ${key}`, value.line);
    return found;
  };
  const id = text(need("id"), "id");
  if (!/^[\w.\-/]+$/.test(id))
    throw invalid("id", `id "${id}" may hold letters, digits, - _ . and /`, need("id").line);
  const optional = (key: string): string | undefined => {
    const found = entry(value, key);
    return found === undefined ? undefined : text(found, key);
  };
  const mode = optional("mode") ?? "search";
  if (mode !== "search" && mode !== "taint")
    throw new RuleProblem("unsupported", `mode: ${mode}`, `mode ${mode} is not supported`, need("mode").line);
  noteOptions(value, note);
  const fix = optional("fix");
  const fixRegex = fixRegexOf(entry(value, "fix-regex"));
  return {
    id,
    message: text(need("message"), "message").trim(),
    severity: severityOf(need("severity")),
    ...metadataOf(entry(value, "metadata")),
    languages: languagesOf(need("languages")),
    ...(mode === "taint" ? { taint: taintOf(value, note) } : { formula: searchOf(value) }),
    ...(fix === undefined ? {} : { fix: fix.replace(/\n$/, "") }),
    ...(fixRegex === undefined ? {} : { fixRegex }),
    ...pathsOf(entry(value, "paths")),
    file,
    line: value.line,
  };
}

function searchOf(value: Value): Rule["formula"] & object {
  const misplaced = TAINT_KEYS.find((key) => entry(value, key) !== undefined);
  if (misplaced !== undefined)
    throw invalid(misplaced, `${misplaced} needs mode: taint`, entry(value, misplaced)!.line);
  const formula = formulaOf(value, "the rule");
  const looksFor = (one: typeof formula): boolean =>
    one.type !== "all" ||
    one.items.some((item) => item.type === "inside" || (isFormula(item) && looksFor(item)));
  if (!looksFor(formula))
    throw invalid("patterns", "patterns needs something to look for besides conditions", formula.line);
  return formula;
}

function isFormula(term: { type: string }): term is Rule["formula"] & object {
  return ["pattern", "regex", "any", "all"].includes(term.type);
}

function taintOf(value: Value, note: (problem: RuleProblem) => void): TaintSpec {
  const formulas = (key: string): NonNullable<Rule["formula"]>[] => {
    const found = entry(value, key);
    if (found === undefined) return [];
    return list(found, key).map((item) => {
      for (const [name, inner, line] of item.entries ?? []) {
        if (Object.hasOwn(TAINT_OPTIONS, name)) {
          if (inner.scalar !== false)
            note(
              new RuleProblem("unsupported", `${key}.${name}`, `${name} is not supported in ${key}`, line),
            );
        }
      }
      return formulaOf(item, key);
    });
  };
  const propagators = entry(value, "pattern-propagators");
  const spec = {
    sources: formulas("pattern-sources"),
    sinks: formulas("pattern-sinks"),
    sanitizers: formulas("pattern-sanitizers"),
    propagators: propagators === undefined ? [] : list(propagators, "pattern-propagators").map(propagatorOf),
  };
  for (const key of ["sources", "sinks"] as const)
    if (spec[key].length === 0)
      throw invalid(`pattern-${key}`, `a taint rule needs pattern-${key}`, value.line);
  return spec;
}

function noteOptions(value: Value, note: (problem: RuleProblem) => void): void {
  for (const [name, , line] of entry(value, "options")?.entries ?? [])
    if (!HARMLESS_OPTIONS.has(name))
      note(new RuleProblem("unsupported", `options.${name}`, `option ${name} is not supported`, line));
}

function severityOf(value: Value): Severity {
  const name = text(value, "severity").toUpperCase();
  const severity = Object.hasOwn(SEVERITIES, name) ? SEVERITIES[name] : undefined;
  if (severity === undefined)
    throw invalid(
      "severity",
      `severity must be one of ${Object.keys(SEVERITIES).join(", ")}, got ${name}`,
      value.line,
    );
  return severity;
}

function languagesOf(value: Value): string[] {
  const ids: string[] = [];
  let unsupported: string | undefined;
  for (const item of list(value, "languages")) {
    const name = text(item, "languages");
    const answer = languagesNamed(name);
    if (answer.type === "known") ids.push(...answer.ids);
    else if (answer.type === "unsupported") unsupported = name;
    else throw invalid("languages", `there is no language "${name}"${near(name, languageNames)}`, item.line);
  }
  if (ids.length === 0)
    throw new RuleProblem(
      "unsupported",
      `language ${unsupported}`,
      `language ${unsupported} is not supported`,
      value.line,
    );
  return [...new Set(ids)];
}

function metadataOf(value: Value | undefined): Pick<Rule, "confidence" | "cwe" | "owasp" | "references"> {
  const texts = (key: string): string[] => {
    const found = value === undefined ? undefined : entry(value, key);
    if (found === undefined) return [];
    return (found.items ?? [found]).map((item) => String(item.scalar ?? ""));
  };
  const confidence = texts("confidence")[0]?.toLowerCase();
  return {
    confidence: confidence === "high" || confidence === "low" ? (confidence satisfies Confidence) : "medium",
    cwe: texts("cwe").flatMap((cwe) => /CWE-\d+/i.exec(cwe)?.[0].toUpperCase() ?? []),
    owasp: texts("owasp"),
    references: texts("references"),
  };
}

function fixRegexOf(value: Value | undefined): Rule["fixRegex"] {
  if (value === undefined) return undefined;
  const regex = entry(value, "regex");
  const replacement = entry(value, "replacement");
  if (regex === undefined || replacement === undefined)
    throw invalid("fix-regex", "fix-regex needs regex and replacement", value.line);
  const count = entry(value, "count")?.scalar;
  return {
    regex: text(regex, "regex"),
    replacement: text(replacement, "replacement"),
    ...(typeof count === "number" ? { count } : {}),
  };
}

function pathsOf(value: Value | undefined): Pick<Rule, "include" | "exclude"> {
  const globs = (key: "include" | "exclude"): string[] | undefined => {
    const found = value === undefined ? undefined : entry(value, key);
    return found?.items?.map((item) => text(item, key));
  };
  const include = globs("include");
  const exclude = globs("exclude");
  return { ...(include === undefined ? {} : { include }), ...(exclude === undefined ? {} : { exclude }) };
}
