import { closestMatch } from "leven";
import { UsageError } from "#kernel";
import type { UnsupportedRule } from "../findings/collect.ts";
import type { RuleInfo } from "../findings/finding.ts";
import { localAssets } from "../run/engine-files.ts";
import { languagesNamed } from "./load/languages.ts";
import { infoOf, type Rule } from "./rule.ts";
import { prepareRules, type RuleChoice } from "./run-rules.ts";

/** A rule as people ask for it. */
export interface ListedRule extends RuleInfo {
  languages: readonly string[];
  mode: "search" | "taint";
  hasFix: boolean;
  /** Where it is written. */
  file: string;
  line: number;
}

/** The rules of a run, sorted by id; of some languages only, where those are named. Throws a UsageError. */
export async function listRules(
  choice: RuleChoice,
  languages: readonly string[] = [],
): Promise<{ rules: ListedRule[]; problems: UnsupportedRule[] }> {
  const wanted = languages.flatMap((name) => {
    const answer = languagesNamed(name);
    if (answer.type !== "known") throw new UsageError(`there are no rules for a language "${name}"`);
    return answer.ids;
  });
  const prepared = await prepareRules(choice, localAssets);
  prepared?.dispose();
  const rules = (prepared?.set.rules ?? [])
    .filter((rule) => wanted.length === 0 || rule.languages.some((id) => wanted.includes(id)))
    .map(listed)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return { rules, problems: prepared?.problems ?? [] };
}

/** One rule by its id, or by the last part of it where that is enough. Throws a UsageError. */
export async function explainRule(id: string, choice: RuleChoice): Promise<ListedRule> {
  const { rules } = await listRules(choice);
  const exact = rules.find((rule) => rule.id === id);
  if (exact !== undefined) return exact;
  const [only, ...others] = rules.filter((rule) => rule.id.endsWith(`.${id}`));
  if (only !== undefined && others.length === 0) return only;
  const near = closestMatch(
    id,
    rules.map((rule) => rule.id),
    { maxDistance: 8 },
  );
  throw new UsageError(`there is no rule "${id}"`, { hint: near ?? "caelum rules list names them all" });
}

function listed(rule: Rule): ListedRule {
  const { languages, taint, fix, fixRegex, file, line } = rule;
  return {
    ...infoOf(rule),
    languages,
    mode: taint === undefined ? "search" : "taint",
    hasFix: fix !== undefined || fixRegex !== undefined,
    file,
    line,
  };
}
