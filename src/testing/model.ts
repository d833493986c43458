/**
 * The words of this slice. Everything here is plain JSON: it travels between hosts and this machine, is kept in the
 * history of runs, and is what reports are made from.
 */

/** `todo`: the runner knows the test and has nothing to run. */
export type TestOutcome = "passed" | "failed" | "skipped" | "todo";

/**
 * Names one test of a project. Titles are not unique (one suite of 33,751 tests repeats 3,375 of them), so equal titles
 * of a file are counted by `ordinal`, in the order in which the runner reports them.
 */
export interface TestName {
  /** Folder of the project below the root, with `/`; `""` for the root itself. */
  project: string;
  runner: string;
  /** Relative to the root, with `/`. What stands for a file where there is none: a package (go), a class (maven). */
  file: string;
  /** From the outermost suite to the test. */
  title: readonly string[];
  /** From 0. */
  ordinal: number;
}

export interface TestFailure {
  /** First line that explains it, without colour. */
  message: string;
  /** All the runner says: message, difference, stack; without colour. */
  details?: string;
  file?: string;
  /** From 1. */
  line?: number;
  expected?: string;
  actual?: string;
}

/** What one run of one test gave. */
export interface TestResult {
  test: TestName;
  outcome: TestOutcome;
  /** What the runner measured, milliseconds. */
  ms: number;
  failures?: readonly TestFailure[];
  /** Why it was skipped, if the runner says so. */
  reason?: string;
  /** Runs the runner itself added before this outcome (its own retries); above 0 with `passed`: flaky. */
  retries?: number;
  /** What it printed, if the runner tells it apart; bounded. */
  output?: string;
}

/**
 * The least that a runner can be told to run: mostly a test file; a package for go, a class for maven, a binary for
 * cargo; some tests of a file after a split.
 */
export interface TestUnit {
  /** Unique within a run and platform, the same in the next run: `project|runner|file`, `…|part` after a split. */
  id: string;
  project: string;
  runner: string;
  file: string;
  /** Size of the file: the first guess at its weight. */
  bytes: number;
  /** If listing tells, the number of tests. */
  tests?: number;
  /** What the runner is told instead of the file, after a split: ids, names or a pattern only it understands. */
  selection?: readonly string[];
  /** After a split by title: expression that the names of suites and test match, with spaces between. */
  pattern?: string;
  /** What of the unit's tests may be told apart by `Runner.split`. */
  splittable?: boolean;
}

/** What became of a unit in one attempt on one host. */
export interface UnitEnd {
  unit: string;
  /**
   * `done`: the runner went through it, whatever the outcomes · `broken`: it could not be loaded (syntax error, failed
   * import, failed suite set-up) or ended without saying so; counts as a failure of the unit · `crashed`: it took its runner
   * down · `timeout`: it was ended · `cancelled`.
   */
  end: "done" | "broken" | "crashed" | "timeout" | "cancelled";
  /** Wall time including loading, milliseconds. */
  ms: number;
  failure?: TestFailure;
}

/** Equal for the same test in every run and on every platform. */
export function testKey({ project, runner, file, title, ordinal }: TestName): string {
  return JSON.stringify([project, runner, file, ordinal, ...title]);
}
