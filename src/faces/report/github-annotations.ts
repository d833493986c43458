import type { Analysis, Severity } from "#analysis";
import { workflowCommand } from "#kernel";

/** GitHub shows ten of each kind for a step; what comes after these is in the log alone. */
const MOST = 50;

const kinds: Readonly<Record<Severity, "error" | "warning" | "notice">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  info: "notice",
};

/**
 * Workflow commands that GitHub Actions shows beside the code: `::error file=…,line=…,title=…::message`, the worst first.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations({ found, gates }: Analysis): string {
  const order = Object.keys(kinds);
  const findings = found.findings
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
    .map((one) => {
      const place = {
        file: one.path,
        line: one.line,
        endLine: one.endLine,
        col: one.column,
        title: one.ruleId,
      };
      return workflowCommand(kinds[one.severity], place, one.message);
    });
  const failures = gates.flatMap(({ measure, limit, failures: all }) =>
    all.map(({ path, line, name, value }) =>
      workflowCommand(
        "error",
        { file: path, line, title: `max-${measure}` },
        `${name}: ${measure} ${value}, the limit is ${limit}`,
      ),
    ),
  );
  const all = [...failures, ...findings];
  const more =
    all.length > MOST ? [`::notice title=caelum::${all.length - MOST} more are in the report`] : [];
  return [...all.slice(0, MOST), ...more].map((line) => `${line}\n`).join("");
}
