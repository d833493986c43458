import * as v from "valibot";
import { CaelumError, redact } from "#kernel";
import type { Answer } from "./answer.ts";
import { plainLine } from "./plain-text.ts";

/** What went wrong and what to do next. A defect says so, without its stack: that stands in the log. */
export function errorAnswer(error: unknown): Answer {
  if (!(error instanceof CaelumError)) {
    return {
      summary: "error CAELUM_BUG: a defect in caelum; the server's log has the details",
      isError: true,
    };
  }
  // Messages may quote files and hosts: they are data, too.
  const message = plainLine(redact(error.message), 600);
  const next = error.hint === undefined ? "" : `; ${plainLine(error.hint, 300)}`;
  return {
    summary: `error ${error.code}`,
    facts: { error: error.code },
    rows: [{ line: `${message}${next}`, item: { message, ...(next === "" ? {} : { next: next.slice(2) }) } }],
    isError: true,
  };
}

/** Arguments that do not fit, by name, and what would. */
export function argumentsAnswer(
  tool: string,
  issues: readonly v.BaseIssue<unknown>[],
  names: readonly string[],
): Answer {
  const problems = issues.slice(0, 5).map((issue) => {
    const at = v.getDotPath(issue) ?? "arguments";
    if (issue.expected === "never") return `there is no ${plainLine(at, 60)}`;
    return `${plainLine(at, 60)}: expected ${issue.expected ?? "something else"}, got ${plainLine(issue.received, 60)}`;
  });
  return {
    summary: `error CAELUM_USAGE: arguments of ${tool} are wrong: ${problems.join("; ")}; it takes ${names.join(", ") || "none"}`,
    facts: { error: "CAELUM_USAGE" },
    isError: true,
  };
}
