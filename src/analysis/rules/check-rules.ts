import type { UnsupportedRule } from "../findings/collect.ts";
import { languageById } from "../languages/index.ts";
import type { Parsers } from "../parse/parsers.ts";
import { RuleEngine } from "./engine.ts";
import { RegexProblem } from "./pattern/regex.ts";
import type { Program } from "./program.ts";
import type { Rule } from "./rule.ts";

/** Compiles rules for all their languages and says what cannot be: patterns with their language and place. */
export async function checkRules(rules: readonly Rule[], parsers: Parsers): Promise<UnsupportedRule[]> {
  const engine = new RuleEngine({ rules: [...rules] });
  const found: { rule: Rule; language: string; problem: UnsupportedRule }[] = [];
  for (const language of new Set(rules.flatMap((rule) => rule.languages))) {
    const data = languageById(language);
    const program: Program =
      data === undefined ? engine.textProgram : engine.program(language, await parsers.load(data.grammar));
    for (const { rule, error } of program.problems) {
      const isRegex = error.cause instanceof RegexProblem;
      const problem: UnsupportedRule = {
        ruleId: rule.id,
        file: rule.file,
        line: error.line,
        problem: isRegex ? "unsupported" : "invalid",
        feature: error.feature,
        message: data === undefined ? error.message : `${error.message} (${language})`,
        effect: "left out",
      };
      found.push({ rule, language, problem });
    }
  }
  return [...Map.groupBy(found, ({ rule }) => rule)].flatMap(([rule, all]) => {
    // A pattern may be code of some of the rule's languages only, as JSX is of TSX and not of TypeScript.
    const effect = all.length < rule.languages.length ? "runs without it" : "left out";
    const isExpected =
      rule.languages.includes("tsx") && all.every(({ language }) => language === "typescript");
    return isExpected ? [] : all.map(({ problem }): UnsupportedRule => ({ ...problem, effect }));
  });
}
