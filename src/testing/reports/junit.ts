import { XMLBuilder } from "fast-xml-parser";
import type { TestAttempt, TestRunRecord } from "../run-record.ts";
import { type RunSummary, type TestCase, titleOf, type UnitProblem } from "./summarise.ts";

/**
 * JUnit XML with Maven Surefire's elements for what was run again: `flakyFailure` on a test that passed in the end,
 * `rerunFailure` on one that did not. The order of elements is that of surefire-test-report-3.0.xsd; `file`, `line`
 * and `hostname` are what GitLab, CircleCI and others read besides. A suite is a file on a platform.
 */
export function junitReport(record: TestRunRecord, { cases, problems, total }: RunSummary): string {
  const several = record.platforms.length > 1;
  const suites = new Map<string, Suite>();
  const suiteOf = (platform: string, file: string): Suite => {
    const name = several ? `${platform}: ${file}` : file;
    let suite = suites.get(name);
    if (suite === undefined) suites.set(name, (suite = { name, platform, file, cases: [], problems: [] }));
    return suite;
  };
  for (const one of cases) suiteOf(one.platform, one.last.result.test.file).cases.push(one);
  for (const problem of problems) suiteOf(problem.platform, problem.file).problems.push(problem);
  const built = builder.build({
    "?xml": { "@_version": "1.0", "@_encoding": "UTF-8" },
    testsuites: {
      "@_name": "caelum test",
      "@_tests": cases.length + problems.length,
      "@_failures": total.failed,
      "@_errors": problems.length,
      "@_skipped": total.skipped + total.todo,
      "@_time": seconds(record.ms),
      "@_timestamp": record.startedAt,
      testsuite: [...suites.values()].map((suite) => suiteElement(suite, record, several)),
    },
  });
  return built;
}

interface Suite {
  name: string;
  platform: string;
  file: string;
  cases: TestCase[];
  problems: UnitProblem[];
}

const builder = new XMLBuilder({ ignoreAttributes: false, format: true, suppressEmptyNode: true });

function suiteElement(suite: Suite, record: TestRunRecord, several: boolean): object {
  const { name, platform, file, cases, problems } = suite;
  const hosts = [...new Set(cases.map(({ last }) => last.host))];
  const classname = several ? `${platform}/${file}` : file;
  return {
    "@_name": text(name),
    "@_tests": cases.length + problems.length,
    "@_failures": cases.filter(({ last }) => last.result.outcome === "failed").length,
    "@_errors": problems.length,
    "@_skipped": cases.filter(({ last }) => isLeftOut(last)).length,
    "@_time": seconds(cases.reduce((sum, { last }) => sum + last.result.ms, 0)),
    "@_timestamp": record.startedAt,
    ...(hosts.length === 1 && { "@_hostname": text(hosts[0]!) }),
    "@_file": text(file),
    properties: {
      property: [
        { "@_name": "caelum.platform", "@_value": text(platform) },
        { "@_name": "caelum.hosts", "@_value": text(hosts.join(", ")) },
      ],
    },
    testcase: [
      ...cases.map((one) => caseElement(one, classname)),
      ...problems.map((problem) => problemElement(problem, classname)),
    ],
  };
}

function caseElement({ attempts, last }: TestCase, classname: string): object {
  const { result } = last;
  const earlier = attempts.slice(0, -1).filter((attempt) => attempt.result.outcome === "failed");
  const again = { passed: "flakyFailure", failed: "rerunFailure", skipped: undefined, todo: undefined };
  const element = again[result.outcome];
  const line = result.failures?.[0]?.line;
  return {
    "@_name": text(titleOf(last)),
    "@_classname": text(classname),
    "@_time": seconds(result.ms),
    "@_file": text(result.test.file),
    ...(line !== undefined && { "@_line": line }),
    ...(result.outcome === "failed" && { failure: failureElements(last) }),
    ...(element !== undefined && earlier.length > 0 && { [element]: earlier.map(rerunElement) }),
    ...(isLeftOut(last) && { skipped: { "@_message": line1(result.reason ?? result.outcome) } }),
    ...(result.output !== undefined && { "system-out": text(result.output) }),
  };
}

function failureElements({ result, reproduce }: TestAttempt): object[] {
  const failures = result.failures ?? [];
  const command = reproduce === undefined ? "" : `\n\nreproduce: ${reproduce}`;
  if (failures.length === 0) {
    return [
      { "@_message": "failed", "@_type": "failure", "#text": text(`the runner gave no message${command}`) },
    ];
  }
  return failures.map(({ message, details = message }, index) => ({
    "@_message": line1(message),
    "@_type": "failure",
    "#text": text(index === 0 ? details + command : details),
  }));
}

function rerunElement({ host, result }: TestAttempt): object {
  const failure = result.failures?.[0];
  return {
    "@_message": line1(failure?.message ?? "failed"),
    "@_type": "failure",
    stackTrace: text(`on ${host}: ${failure?.details ?? failure?.message ?? "failed"}`),
    ...(result.output !== undefined && { "system-out": text(result.output) }),
  };
}

/** A test that does not exist, so that no reader takes a suite without an answer for a good one. */
function problemElement(problem: UnitProblem, classname: string): object {
  const { kind, host, message, details = message, at, reproduce } = problem;
  const command = reproduce === undefined ? "" : `\n\nreproduce: ${reproduce}`;
  return {
    "@_name": `(${kind})`,
    "@_classname": text(classname),
    "@_time": "0.000",
    ...(at !== undefined && { "@_file": text(at.file), "@_line": at.line }),
    error: {
      "@_message": line1(message),
      "@_type": kind,
      "#text": text((host === undefined ? details : `on ${host}: ${details}`) + command),
    },
  };
}

function isLeftOut({ result }: TestAttempt): boolean {
  return result.outcome === "skipped" || result.outcome === "todo";
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 has no way to write most control characters and lone surrogates, not even escaped. */
function text(value: string): string {
  return value.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}");
}

function line1(value: string): string {
  return text(value).replaceAll(/\s+/g, " ").trim();
}
