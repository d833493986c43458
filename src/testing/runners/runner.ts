import type { TestName, TestResult, TestUnit, UnitEnd } from "../model.ts";

/** A folder of the tree that is to be tested, as detection sees it: on the host, after the sync. */
export interface ProjectFolder {
  /** Below the root, with `/`; `""` for the root itself. */
  path: string;
  /** Absolute, on the host. */
  folder: string;
  /** All files below it that are part of the tree, relative to it, with `/`. */
  files: readonly string[];
  /** Text of a file of the tree, undefined if it is not there. */
  read(file: string): string | undefined;
}

/** A program that must be there before work is given to the host. */
export interface RequiredTool {
  /** What people call it: `pytest`. */
  name: string;
  /** A program that ends with 0 where it is there, or what finds out. */
  check:
    | { program: string; args: readonly string[] }
    | ((folder: string, env: Readonly<Record<string, string>>) => Promise<boolean>);
  /** What to do where it is not. */
  hint: string;
}

/** How a project is tested by one runner. */
export interface DetectedProject {
  runner: string;
  project: string;
  /** Why it was detected, for people: `vitest in devDependencies, vitest.config.ts`. */
  because: string;
  tools: readonly RequiredTool[];
}

/** What a runner gets to work with on a host. */
export interface RunnerContext {
  project: ProjectFolder;
  /** The whole environment of everything that is started; nothing of it is in a log. */
  env: Readonly<Record<string, string>>;
  /** For files of ours (reporters, configurations, results): outside the tree, empty at first, removed later. */
  scratch: string;
  /** From 0, unlike that of any other runner that is up on this host. */
  slot: number;
  /** Bound of one unit, milliseconds. */
  timeoutMs: number;
  /** Folder for coverage files, if coverage is wanted: the runner writes one file or more for each batch. */
  coverage?: string;
  /** The user's configuration of a generic runner. */
  generic?: { list: string; run: string; junit: string };
  /** More arguments for the runner, from the configuration. */
  args: readonly string[];
  /** What nobody but a reader of logs wants: what the runner prints beside its results. Bounded by the receiver. */
  log(text: string): void;
}

/** What a runner says while it works; results stream as they come and are never said twice. */
export type RunnerEvent =
  | { type: "unit.started"; unit: string }
  | { type: "test"; unit: string; result: TestResult }
  | ({
      type: "unit.ended";
      /** Titles of tests that had begun and not ended: where the unit did not come to its own end, one of them is to blame. */
      running?: readonly (readonly string[])[];
    } & UnitEnd);

/** A runner that is up, with what pays to keep between batches. One batch at a time. */
export interface RunnerSession {
  /**
   * Runs these units; every unit gets exactly one `unit.ended`, also when `signal` is aborted or the runner dies, and
   * its tests come before it. Rejects for defects of ours only. After a crash the next call starts anew.
   */
  run(units: readonly TestUnit[], emit: (event: RunnerEvent) => void, signal: AbortSignal): Promise<void>;
  /** Begins to start, so that the first batch need not wait. What goes wrong is told by the first batch. */
  warm?(): void;
  /** All units, as `list` of its runner has them; there where this saves a start. */
  units?(signal: AbortSignal): Promise<TestUnit[]>;
  /** As `split` of its runner; there where this saves a start. */
  split?(unit: TestUnit, parts: number, signal: AbortSignal): Promise<TestUnit[]>;
  /** Ends every process it started. */
  stop(): Promise<void>;
}

/** What a command for one test is made from. */
export type NamedTest = Pick<TestName, "file" | "title">;

/** One test runner. All of it runs on the host, in the synced tree, after the project's set-up steps. */
export interface Runner {
  readonly name: string;
  /** From files alone; starts nothing. */
  detect(project: ProjectFolder): DetectedProject | undefined;
  /** Whether running `outer` runs the tests of `inner`, a folder below it that this runner was detected in too. */
  covers?(outer: ProjectFolder, inner: ProjectFolder): boolean;
  /** Whether a folder is a project of its own even if projects below it are not covered; true unless said. */
  alone?(project: ProjectFolder): boolean;
  /** All units, sorted by file. @throws RunnerError with what the runner said */
  list(context: RunnerContext, signal: AbortSignal): Promise<TestUnit[]>;
  /**
   * At most `parts` units that together hold exactly the tests of `unit`; for units that are `splittable`, and those whose
   * tests the user says do not depend on each other. `times`: milliseconds of tests by name, if they are known.
   */
  split?(
    unit: TestUnit,
    parts: number,
    context: RunnerContext,
    signal: AbortSignal,
    times?: Readonly<Record<string, number>>,
  ): Promise<TestUnit[]>;
  start(context: RunnerContext): Promise<RunnerSession>;
  /** What measuring coverage needs besides; absent where it cannot be measured. */
  coverage?(project: ProjectFolder): readonly RequiredTool[];
  /**
   * What a person types in the project's folder to run just this test, quoted for a POSIX shell; without a test, to run
   * the whole unit.
   */
  reproduce(test: NamedTest | undefined, unit: TestUnit): string;
}
