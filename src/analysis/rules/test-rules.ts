import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "#kernel";
import { LanguageTable } from "../discovery/index.ts";
import type { UnsupportedRule } from "../findings/collect.ts";
import { FileFindings } from "../findings/file-findings.ts";
import type { FileFinding } from "../findings/finding.ts";
import { languageById, languages } from "../languages/index.ts";
import { Parsers } from "../parse/parsers.ts";
import { localAssets } from "../run/engine-files.ts";
import { checkRules } from "./check-rules.ts";
import { RuleEngine } from "./engine.ts";
import { readFixture } from "./fixture.ts";
import { loadRules } from "./load/load-rules.ts";
import type { Rule } from "./rule.ts";

export interface RuleTestFailure {
  ruleId: string;
  file: string;
  line: number;
  /** `missed`: `ruleid:` says that it must be found; `unexpected`: it was found and nothing says so. */
  problem: "missed" | "unexpected";
  /** The line itself. */
  text: string;
}

export interface RuleTestResult {
  rules: number;
  /** Files of code that rules were tried on. */
  fixtures: number;
  /** Places that are as their comment says. */
  passed: number;
  failures: RuleTestFailure[];
  /** Rules that no fixture asks for. */
  untested: string[];
  problems: UnsupportedRule[];
}

/**
 * Tries rules on the code beside them: `name.yaml` on `name.*`, and on what lies in a folder `name`. A comment
 * `ruleid: id` says that the rule finds the next line, `ok: id` that it does not, `todoruleid:` and `todook:` what is
 * known to be otherwise. Whatever a rule finds besides is a failure.
 */
export async function testRules(given: readonly string[], cwd: string): Promise<RuleTestResult> {
  const { rules, problems } = loadRules(given, cwd);
  const parsers = await Parsers.start(await localAssets());
  const broken = await checkRules(rules, parsers);
  const result: RuleTestResult = {
    rules: rules.length,
    fixtures: 0,
    passed: 0,
    failures: [],
    untested: [],
    problems: [...problems, ...broken],
  };
  const table = new LanguageTable(languages);
  const asked = new Set<string>();
  for (const [file, own] of Map.groupBy(rules, (rule) => rule.file)) {
    const engine = new RuleEngine({ rules: own });
    for (const fixture of fixturesOf(path.resolve(cwd, file))) {
      const text = readFileSync(fixture, "utf8");
      const language = table.byName(path.basename(fixture)) ?? "";
      const found = await findIn(text, language, engine, parsers);
      result.fixtures++;
      compare({ text, shown: path.relative(cwd, fixture), rules: own, language }, found, result, asked);
    }
  }
  result.untested = rules.filter(({ id }) => !asked.has(id)).map(({ id }) => id);
  if (rules.length === 0 && problems.length === 0) throw new UsageError("there are no rules to test");
  return result;
}

async function findIn(
  text: string,
  language: string,
  engine: RuleEngine,
  parsers: Parsers,
): Promise<FileFinding[]> {
  const data = languageById(language);
  const findings = new FileFindings(text);
  if (data === undefined) engine.run({ language, text }, undefined, findings);
  else {
    const grammar = await parsers.load(data.grammar);
    engine.program(language, grammar);
    engine.run({ language, text }, { grammar, tree: grammar.parse(text) }, findings);
  }
  const { findings: found = [], suppressed = [] } = findings.finish();
  return [...found, ...suppressed];
}

function compare(
  { text, shown, rules, language }: { text: string; shown: string; rules: readonly Rule[]; language: string },
  found: readonly FileFinding[],
  result: RuleTestResult,
  asked: Set<string>,
): void {
  const lines = text.split("\n");
  const { wanted, unwanted, ignored } = readFixture(text);
  const foundAt = Map.groupBy(found, ({ ruleId }) => ruleId);
  const fail = (ruleId: string, line: number, problem: RuleTestFailure["problem"]): void => {
    result.failures.push({ ruleId, file: shown, line, problem, text: (lines[line - 1] ?? "").trim() });
  };
  for (const { id, languages: own } of rules) {
    if (!own.includes(language) && !own.includes("regex")) continue;
    const at = new Set((foundAt.get(id) ?? []).map(({ line }) => line));
    const must = linesOf(wanted, id);
    const mustNot = linesOf(unwanted, id);
    if (must.size > 0) asked.add(id);
    for (const line of must) {
      if (at.has(line)) result.passed++;
      else fail(id, line, "missed");
    }
    for (const line of mustNot) if (!at.has(line)) result.passed++;
    const known = linesOf(ignored, id);
    for (const line of at) if (!must.has(line) && !known.has(line)) fail(id, line, "unexpected");
  }
}

/** Comments name a rule in full, or by the last part of its id. */
function linesOf(lines: ReadonlyMap<string, ReadonlySet<number>>, id: string): ReadonlySet<number> {
  const found = [...lines].find(([name]) => name === id || id.endsWith(`.${name}`));
  return found?.[1] ?? new Set();
}

const NO_CODE = /\.(?:ya?ml|json|md)$|\.fixed\./;

/** Code beside a file of rules. */
function fixturesOf(file: string): string[] {
  const folder = path.dirname(file);
  const stem = path.basename(file).replace(/\.ya?ml$/, "");
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.isDirectory() && entry.name === stem)
        return readdirSync(path.join(folder, stem)).map((name) => path.join(folder, stem, name));
      return entry.isFile() && entry.name.startsWith(`${stem}.`) ? [path.join(folder, entry.name)] : [];
    })
    .filter((name) => !NO_CODE.test(name))
    .toSorted();
}
