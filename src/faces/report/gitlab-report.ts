import { createHash } from "node:crypto";
import type { Analysis, Severity } from "#analysis";

const severities: Readonly<Record<Severity, string>> = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
  info: "info",
};

/** GitLab's code quality report: what its merge requests show. https://docs.gitlab.com/ci/testing/code_quality/ */
export function gitlabReport({ found, gates }: Analysis): string {
  const seen = new Map<string, number>();
  // GitLab wants each fingerprint once.
  const once = (fingerprint: string): string => {
    const times = seen.get(fingerprint) ?? 0;
    seen.set(fingerprint, times + 1);
    return times === 0 ? fingerprint : createHash("sha256").update(`${fingerprint} ${times}`).digest("hex");
  };
  const findings = found.findings.map((one) => ({
    description: one.message,
    check_name: one.ruleId,
    fingerprint: once(one.fingerprint),
    severity: severities[one.severity],
    location: { path: one.path, lines: { begin: one.line, end: one.endLine } },
  }));
  const failures = gates.flatMap(({ measure, limit, failures: all }) =>
    all.map(({ path, name, value, line }) => ({
      description: `${name} has a ${measure} complexity of ${value}; the limit is ${limit}`,
      check_name: `max-${measure}`,
      fingerprint: once(createHash("sha256").update(`${measure}\n${path}\n${name}`).digest("hex")),
      severity: "major",
      location: { path, lines: { begin: line } },
    })),
  );
  return `${JSON.stringify([...findings, ...failures], undefined, 1)}\n`;
}
