import type { Analysis } from "#analysis";
import { counted } from "../format.ts";

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
  failed.push(...unusableRules(analysis));
  return analysis.complete
    ? failed
    : [...failed, "incomplete: something could not be read, measured or used; the report names it"];
}

/** Rules that find nothing although somebody wants them to. */
function unusableRules({ found }: Analysis): string[] {
  const shown = found.unsupportedRules.slice(0, 20);
  const more = found.unsupportedRules.length - shown.length;
  return [
    ...shown.map(
      ({ file, line, ruleId, message, effect }) =>
        `${file}:${line}  rule ${ruleId === "" ? "without an id" : ruleId} ${effect}: ${message}`,
    ),
    ...(more > 0 ? [`and ${counted(more, "rule")} more`] : []),
  ];
}
