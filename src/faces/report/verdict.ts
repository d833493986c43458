import type { Analysis } from "#analysis";
import { counted } from "../format.ts";
import { ruleProblems } from "./rule-problems.ts";

/** Why the exit code is not 0, in a line each: for people whose report went to a file or to a program. */
export function verdict(analysis: Analysis): string[] {
  const failed = analysis.gates
    .filter(({ failures }) => failures.length > 0)
    .map(
      ({ measure, limit, failures }) =>
        `gate failed: ${counted(failures.length, "function")} above ${measure} ${limit}`,
    );
  const copies = analysis.duplicationGate;
  if (copies?.isFailed)
    failed.push(`gate failed: ${copies.percent} % of the lines of code are copies, above ${copies.limit} %`);
  const { gate } = analysis.found;
  if (gate !== undefined && gate.failures > 0)
    failed.push(`gate failed: ${counted(gate.failures, "finding")} of severity ${gate.severity} or more`);
  failed.push(...ruleProblems(analysis.found, 20));
  return analysis.complete
    ? failed
    : [...failed, "incomplete: something could not be read, measured or used; the report names it"];
}
