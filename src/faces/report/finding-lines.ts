import { type Analysis, countBySeverity } from "#analysis";
import { count, counted } from "../format.ts";
import { columns } from "./columns.ts";
import { ruleProblems } from "./rule-problems.ts";

const SHOWN = 3;
const SHOWN_VERBOSE = 100;
const PROBLEMS_VERBOSE = 20;

/** How many findings there are of each severity, then the worst of them and what rules could not say, a line each. */
export function findingLines({ found }: Analysis, options: { verbose: boolean }, room: number): string[] {
  const { findings, suppressed, unsupportedRules, cut, gaveUp } = found;
  const counts = countBySeverity(findings).map(([severity, number]) => `${count(number)} ${severity}`);
  const head = [
    counts.length === 0 ? "none" : counts.join("   "),
    ...(suppressed.length === 0 ? [] : [`${count(suppressed.length)} suppressed`]),
    ...(unsupportedRules.length === 0
      ? []
      : [`${counted(unsupportedRules.length, "rule")} not in use as written`]),
    ...(gaveUp.length === 0 ? [] : [`${counted(gaveUp.length, "rule")} given up in a file`]),
    ...(cut.length === 0 ? [] : [`${counted(cut.length, "rule")} cut short in a file`]),
  ].join("   ");
  const order = new Map(countBySeverity(findings).map(([severity], index) => [severity, index]));
  const worst = findings
    .toSorted((a, b) => order.get(a.severity)! - order.get(b.severity)!)
    .slice(0, options.verbose ? SHOWN_VERBOSE : SHOWN);
  const rows = worst.map((one) => [
    `${one.path}:${one.line}`,
    one.severity,
    one.ruleId,
    ...(options.verbose ? [one.message] : []),
  ]);
  const more =
    findings.length > worst.length
      ? [
          `and ${count(findings.length - worst.length)} more (${options.verbose ? "--format json" : "--verbose"})`,
        ]
      : [];
  return [
    head,
    ...columns(rows, [{ max: 60 }, {}, { max: 50 }, { max: 100, optional: true }], room),
    ...more,
    ...ruleProblems(found, options.verbose ? PROBLEMS_VERBOSE : SHOWN),
  ];
}
