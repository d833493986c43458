import type { coverageTotals } from "#testing/coverage";
import { oneLine } from "../progress/safe-text.ts";

/** How much of the code the tests ran, and where the whole picture lies. */
export function coverageLines(
  totals: ReturnType<typeof coverageTotals>,
  problems: readonly string[],
  file: string,
): string[] {
  const parts = (["lines", "functions", "branches"] as const).flatMap((what) => {
    const { covered, total } = totals[what];
    return total === 0 ? [] : [`${((covered / total) * 100).toFixed(1)} % of ${what}`];
  });
  return [
    parts.length === 0
      ? "coverage: no file of the tree was measured"
      : `coverage: ${parts.join("   ")}   ${file}`,
    ...problems.slice(0, 5).map((problem) => `  ${oneLine(problem)}`),
  ];
}
