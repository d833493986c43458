import type { TestOutcome, TestUnit } from "../../../src/testing/model.ts";
import type { TestAttempt, TestRunRecord, UnitAttempt } from "../../../src/testing/run-record.ts";

interface Attempt {
  file: string;
  title: readonly string[];
  outcome: TestOutcome;
  platform?: string;
  host?: string;
  attempt?: number;
  message?: string;
  details?: string;
  output?: string;
  reason?: string;
  ordinal?: number;
  ms?: number;
}

/** A record as a run writes it, from what a test is about. */
export function runRecord(attempts: readonly Attempt[], changes: Partial<TestRunRecord> = {}): TestRunRecord {
  const tests = attempts.map(attemptOf);
  const platforms = [...new Set(tests.map(({ platform }) => platform))];
  const files = new Map(tests.map((test) => [`${test.platform}\0${test.unit}\0${test.attempt}`, test]));
  return {
    version: 1,
    run: "run-1",
    root: "/home/ada/project",
    startedAt: "2026-01-02T03:04:05.000Z",
    ms: 4321,
    tree: {
      hash: "f00d",
      commit: "0123456789abcdef0123456789abcdef01234567",
      dirty: true,
      files: 3,
      bytes: 99,
    },
    verdict: tests.some(({ result }) => result.outcome === "failed") ? "failed" : "passed",
    incomplete: [],
    platforms: platforms.map((name) => ({
      name,
      hosts: [
        {
          name: "desk",
          system: `${name}-x64`,
          slots: 2,
          units: 1,
          tests: 1,
          busyMs: 3000,
          sent: 10,
          saved: 20,
        },
      ],
      units: 1,
      ms: 4000,
      complete: true,
      missing: [],
    })),
    units: [...files.values()].map(unitAttempt),
    tests,
    ...changes,
  };
}

export function testUnit(file: string): TestUnit {
  return { id: `|vitest|${file}`, project: "", runner: "vitest", file, bytes: 100 };
}

function attemptOf(given: Attempt): TestAttempt {
  const {
    file,
    title,
    outcome,
    platform = "linux",
    host = "desk",
    attempt = 1,
    ms = 12.4,
    ordinal = 0,
  } = given;
  const { message, details, output, reason } = given;
  return {
    platform,
    host,
    unit: testUnit(file).id,
    attempt,
    result: {
      test: { project: "", runner: "vitest", file, title, ordinal },
      outcome,
      ms,
      ...(message !== undefined && {
        failures: [{ message, file, line: 7, ...(details === undefined ? {} : { details }) }],
      }),
      ...(output !== undefined && { output }),
      ...(reason !== undefined && { reason }),
    },
    ...(outcome === "failed" && { reproduce: `npx vitest run ${file}` }),
  };
}

function unitAttempt({ result, platform, host, attempt }: TestAttempt): UnitAttempt {
  const unit = testUnit(result.test.file);
  return { unit, platform, host, attempt, counted: true, end: { unit: unit.id, end: "done", ms: 40 } };
}
