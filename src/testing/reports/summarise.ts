import { testKey } from "../model.ts";
import type { TestAttempt, TestRunRecord, UnitAttempt } from "../run-record.ts";

/** A test on a platform, with all its attempts: what counts is the last one; of repetitions, the last that failed. */
export interface TestCase {
  platform: string;
  key: string;
  /** In the order in which they were made, of repetitions those that failed behind the others; at least one. */
  attempts: readonly TestAttempt[];
  last: TestAttempt;
  /** It failed and passed on this platform in this run. */
  flaky: boolean;
}

/** A unit that gave no answer for its tests: nothing of it may pass for tested. */
export interface UnitProblem {
  platform: string;
  unit: string;
  /** File of the unit, or its id where the unit was never given out. */
  file: string;
  /** Absent where the unit was never given out. */
  host?: string;
  /** `missing`: no counted result, whatever the reason. */
  kind: "broken" | "crashed" | "timeout" | "missing";
  message: string;
  details?: string;
  /** Where it went wrong, if that is known. */
  at?: { file: string; line: number };
  /** The command that repeats it on one machine. */
  reproduce?: string;
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  todo: number;
  /** Among the others. */
  flaky: number;
  /** Units without an answer. */
  problems: number;
}

/** One test that failed, wherever it did. */
export interface FailureGroup {
  key: string;
  /** In the order of the record's platforms. */
  cases: readonly TestCase[];
  /** Platforms where the same test did not fail; empty if it failed everywhere it ran. */
  passedOn: readonly string[];
}

export interface RunSummary {
  /** In the order of platforms, then of files, then as the runner had them. */
  cases: readonly TestCase[];
  problems: readonly UnitProblem[];
  total: Counts;
  platforms: ReadonlyMap<string, Counts>;
  failures: readonly FailureGroup[];
}

/** What every report is made from: one case for each test and platform. */
export function summarise(record: TestRunRecord): RunSummary {
  const order = new Map(record.platforms.map(({ name }, index) => [name, index]));
  const cases = casesOf(record.tests, record.repeat !== undefined).toSorted(
    (a, b) =>
      (order.get(a.platform) ?? 0) - (order.get(b.platform) ?? 0) ||
      compareText(a.last.result.test.project, b.last.result.test.project) ||
      compareText(a.last.result.test.file, b.last.result.test.file),
  );
  const problems = problemsOf(record);
  const platforms = new Map(record.platforms.map(({ name }) => [name, noCounts()]));
  const total = noCounts();
  const countOn = (platform: string, what: keyof Counts): void => {
    total[what]++;
    const counts = platforms.get(platform);
    if (counts !== undefined) counts[what]++;
  };
  for (const { platform, last, flaky } of cases) {
    countOn(platform, last.result.outcome);
    if (flaky) countOn(platform, "flaky");
  }
  for (const { platform } of problems) countOn(platform, "problems");
  return { cases, problems, total, platforms, failures: failuresOf(cases) };
}

/** `suite > inner > test`, with an ordinal where the title is there more than once. */
export function titleOf({ result }: TestAttempt): string {
  const { title, ordinal } = result.test;
  const text = title.join(" > ");
  return ordinal === 0 ? text : `${text} #${ordinal + 1}`;
}

function casesOf(tests: readonly TestAttempt[], repeated: boolean): TestCase[] {
  const groups = Map.groupBy(tests, ({ platform, result }) => `${platform}\0${testKey(result.test)}`);
  return [...groups.values()].map((group) => {
    const attempts = group.toSorted(
      (a, b) => (repeated ? Number(hasFailed(a)) - Number(hasFailed(b)) : 0) || a.attempt - b.attempt,
    );
    const last = attempts.at(-1)!;
    const outcomes = new Set(attempts.map(({ result }) => result.outcome));
    return {
      platform: last.platform,
      key: testKey(last.result.test),
      attempts,
      last,
      flaky:
        (outcomes.has("passed") && outcomes.has("failed")) ||
        (last.result.outcome === "passed" && (last.result.retries ?? 0) > 0),
    };
  });
}

function hasFailed({ result }: TestAttempt): boolean {
  return result.outcome === "failed";
}

function problemsOf({ platforms, units }: TestRunRecord): UnitProblem[] {
  const ended = units.flatMap((attempt) => problemOf(attempt) ?? []);
  const known = new Map(units.map(({ unit }) => [unit.id, unit.file]));
  const missing = platforms.flatMap((platform) =>
    platform.missing.map(({ unit, reason }) => ({
      platform: platform.name,
      unit,
      file: known.get(unit) ?? unit,
      kind: "missing" as const,
      message: reason,
    })),
  );
  return [...ended, ...missing];
}

function problemOf({ unit, platform, host, counted, end, reproduce }: UnitAttempt): UnitProblem | undefined {
  if (!counted || end.end === "done") return undefined;
  const kind = end.end === "cancelled" ? "missing" : end.end;
  const { message = said[kind], details, file = unit.file, line } = end.failure ?? {};
  return {
    platform,
    unit: unit.id,
    file: unit.file,
    host,
    kind,
    message,
    ...(details === undefined ? {} : { details }),
    ...(line === undefined ? {} : { at: { file, line } }),
    ...(reproduce === undefined ? {} : { reproduce }),
  };
}

const said = {
  broken: "it could not be loaded",
  crashed: "it took its runner down",
  timeout: "it did not end in time",
  missing: "it was cancelled",
} as const;

function failuresOf(cases: readonly TestCase[]): FailureGroup[] {
  const byTest = Map.groupBy(cases, ({ key }) => key);
  return [...byTest].flatMap(([key, all]) => {
    const failed = all.filter(({ last }) => last.result.outcome === "failed");
    if (failed.length === 0) return [];
    const passedOn = all
      .filter(({ last }) => last.result.outcome === "passed")
      .map(({ platform }) => platform);
    return [{ key, cases: failed, passedOn }];
  });
}

function noCounts(): Counts {
  return { passed: 0, failed: 0, skipped: 0, todo: 0, flaky: 0, problems: 0 };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
