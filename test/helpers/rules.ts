import { FileFindings } from "../../src/analysis/findings/file-findings.ts";
import type { FindingFacts } from "../../src/analysis/findings/finding.ts";
import { languageById } from "../../src/analysis/languages/index.ts";
import { RuleEngine } from "../../src/analysis/rules/engine.ts";
import { readRuleFile, type ReadRules } from "../../src/analysis/rules/load/read-rule-file.ts";
import { loadGrammar } from "./extract.ts";

/** One rule of a body in YAML, indented as it stands. */
export function readRule(language: string, body: string): ReadRules {
  const indented = body
    .trim()
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
  return readRuleFile(
    `rules:\n  - id: t\n    message: found $X\n    severity: ERROR\n    languages: [${language}]\n${indented}\n`,
    "rules.yaml",
  );
}

/** What a rule finds in a text. Throws where the rule itself is wrong. */
export async function search(language: string, body: string, code: string): Promise<FindingFacts> {
  const { rules, problems } = readRule(language, body);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
  const engine = new RuleEngine({ rules });
  const id = rules[0]!.languages[0]!;
  const grammar = await loadGrammar(id);
  const program = engine.program(id, grammar);
  for (const { error } of program.problems) throw error;
  const findings = new FileFindings(code);
  if (languageById(id) === undefined) throw new Error(id);
  engine.run({ language: id, text: code }, { grammar, tree: grammar.parse(code) }, findings);
  return findings.finish();
}

/** The same, as lines. */
export async function foundLines(language: string, body: string, code: string): Promise<number[]> {
  const { findings = [] } = await search(language, body, code);
  return findings.map(({ line }) => line);
}
