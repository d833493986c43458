import { createHash } from "node:crypto";
import type { CTRFReport, RetryAttempt, Test } from "ctrf";
import type { TestAttempt, TestRunRecord } from "../run-record.ts";
import { type RunSummary, type TestCase, titleOf, type UnitProblem } from "./summarise.ts";

/** Common Test Report Format (ctrf.io), with a test for each platform it ran on. */
export function ctrfReport(
  record: TestRunRecord,
  { cases, problems, total }: RunSummary,
  version: string,
): CTRFReport {
  const start = Date.parse(record.startedAt);
  const tests = [...cases.map(testOf), ...problems.map(problemTest)];
  return {
    reportFormat: "CTRF",
    specVersion: "0.0.0",
    runId: record.run,
    timestamp: record.startedAt,
    generatedBy: `caelum ${version}`,
    results: {
      tool: { name: "caelum", version },
      summary: {
        tests: tests.length,
        passed: total.passed,
        failed: total.failed,
        skipped: total.skipped,
        pending: total.todo,
        other: problems.length,
        flaky: total.flaky,
        suites: new Set(record.units.map(({ platform, unit }) => `${platform}\0${unit.file}`)).size,
        start,
        stop: start + Math.round(record.ms),
        duration: Math.round(record.ms),
      },
      environment: {
        healthy: record.verdict === "passed",
        ...(record.tree.commit !== undefined && { commit: record.tree.commit }),
        extra: {
          verdict: record.verdict,
          incomplete: record.incomplete,
          tree: record.tree,
          platforms: record.platforms,
        },
      },
      tests,
    },
  };
}

const statuses = { passed: "passed", failed: "failed", skipped: "skipped", todo: "pending" } as const;

function testOf({ platform, key, attempts, last, flaky }: TestCase): Test {
  const { result, host, reproduce, artifacts = [] } = last;
  const { test } = result;
  const retries = attempts.length - 1 + (result.retries ?? 0);
  return {
    testId: createHash("sha256").update(`${platform}\0${key}`).digest("hex").slice(0, 32),
    name: titleOf(last) || test.file,
    status: statuses[result.outcome],
    duration: Math.round(result.ms),
    suite: [platform, test.file, ...test.title.slice(0, -1)],
    filePath: test.file,
    rawStatus: result.outcome,
    ...failureOf(last),
    ...(retries > 0 && { retries, flaky }),
    ...(attempts.length > 1 && { retryAttempts: attempts.slice(0, -1).map(attemptOf) }),
    ...(result.output !== undefined && { stdout: result.output.split("\n") }),
    ...(artifacts.length > 0 && { attachments: artifacts.map(attachment) }),
    labels: { platform, host, runner: test.runner, ...(test.project !== "" && { project: test.project }) },
    ...(reproduce !== undefined && { extra: { reproduce } }),
  };
}

function attemptOf(attempt: TestAttempt): RetryAttempt {
  const { attempt: number, host, result } = attempt;
  return {
    attempt: number,
    status: statuses[result.outcome],
    duration: Math.round(result.ms),
    ...failureOf(attempt),
    extra: { host },
  };
}

function failureOf({ result }: TestAttempt): { message?: string; trace?: string; line?: number } {
  const failure = result.failures?.[0];
  const message = failure?.message ?? result.reason;
  return {
    ...(message !== undefined && { message }),
    ...(failure?.details !== undefined && { trace: failure.details }),
    ...(failure?.line !== undefined && { line: failure.line }),
  };
}

function attachment(path: string): { name: string; contentType: string; path: string } {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return { name, contentType: contentTypes[extension] ?? "application/octet-stream", path };
}

const contentTypes: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webm: "video/webm",
  zip: "application/zip",
  json: "application/json",
  html: "text/html",
  xml: "application/xml",
  txt: "text/plain",
  log: "text/plain",
};

function problemTest({ platform, file, kind, host, message, details, reproduce }: UnitProblem): Test {
  return {
    name: `${file} (${kind})`,
    status: "other",
    duration: 0,
    suite: [platform, file],
    filePath: file,
    rawStatus: kind,
    message,
    ...(details !== undefined && { trace: details }),
    labels: { platform, ...(host !== undefined && { host }) },
    ...(reproduce !== undefined && { extra: { reproduce } }),
  };
}
