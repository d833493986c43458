import type { Analysis } from "#analysis";
import { count, counted } from "../format.ts";
import { visible } from "./columns.ts";

/**
 * Where rules say less than somebody asked of them, a line each and at most `limit` of each kind: rules that cannot be
 * used as they are written, files in which a rule took too long, and files with more findings than are kept.
 */
export function ruleProblems(
  { unsupportedRules, gaveUp, cut }: Pick<Analysis["found"], "unsupportedRules" | "gaveUp" | "cut">,
  limit: number,
): string[] {
  return [
    ...listed(
      unsupportedRules.map(
        ({ file, line, ruleId, message, effect }) =>
          `${file}:${line}  rule ${ruleId === "" ? "without an id" : ruleId} ${effect}: ${message}`,
      ),
      limit,
      "rule",
    ),
    ...listed(
      gaveUp.map(({ path, ruleId }) => `${path}  rule ${ruleId} took too long and was given up`),
      limit,
      "file",
    ),
    ...listed(
      cut.map(
        ({ path, ruleId, count: more }) => `${path}  ${count(more)} more of rule ${ruleId} are not kept`,
      ),
      limit,
      "file",
    ),
  ];
}

function listed(lines: readonly string[], limit: number, what: string): string[] {
  const shown = lines.slice(0, limit).map(visible);
  return lines.length > shown.length
    ? [...shown, `and ${counted(lines.length - shown.length, what)} more`]
    : shown;
}
