import type { TestResult, TestUnit, UnitEnd } from "./model.ts";

/**
 * A whole run, as it is kept and as every report is made from it: plain JSON, written once the run is over. Exactly one
 * counted result for each test and platform: the last attempt; earlier ones explain flakiness.
 */
export interface TestRunRecord {
  version: 1;
  /** Id of the run. */
  run: string;
  /** Absolute path of the tree on this machine. */
  root: string;
  /** ISO time. */
  startedAt: string;
  ms: number;
  tree: TestedTree;
  verdict: "passed" | "failed" | "incomplete";
  /** Sentences; empty unless the verdict is `incomplete`. */
  incomplete: readonly string[];
  platforms: readonly PlatformRecord[];
  units: readonly UnitAttempt[];
  tests: readonly TestAttempt[];
  /** What was left out on purpose (`--changed-only`, `--only`, `--fail-fast`), for the headline. */
  restricted?: string;
  /** Everything was run so often (`--repeat`), and each run counts: a test that failed once has failed. */
  repeat?: number;
}

export interface TestedTree {
  /** Hash over paths, modes and contents: equal trees have equal hashes, whatever git says. */
  hash: string;
  /** Commit it stands on; absent outside git. */
  commit?: string;
  /** Differs from that commit. */
  dirty: boolean;
  files: number;
  bytes: number;
}

export interface PlatformRecord {
  /** `linux`, `mac`, `win`, or a label: what `--platforms` says. */
  name: string;
  hosts: readonly HostRecord[];
  /** Units there were to run. */
  units: number;
  /** Wall time from the first lease to the last result, milliseconds. */
  ms: number;
  complete: boolean;
  /** Units without a counted result. */
  missing: readonly { unit: string; reason: string }[];
}

export interface HostRecord {
  name: string;
  /** `linux-x64` */
  system: string;
  slots: number;
  units: number;
  tests: number;
  /** Slot time under lease, milliseconds. */
  busyMs: number;
  /** Bytes of the tree that were sent, and that the host had. */
  sent: number;
  saved: number;
  /** Why it took no part or stopped, for people. */
  problem?: string;
}

export interface UnitAttempt {
  unit: TestUnit;
  platform: string;
  host: string;
  /** From 1. */
  attempt: number;
  /** The one that counts; an earlier attempt whose failures were tried again is kept beside it. */
  counted: boolean;
  end: UnitEnd;
  /** Unless it is done: the command for it, or for the test that was running, at the root of the tree. */
  reproduce?: string;
  /** What the runner printed beside its results; bounded. */
  log?: string;
}

export interface TestAttempt {
  platform: string;
  host: string;
  unit: string;
  /** From 1; above 1 after a failure. */
  attempt: number;
  result: TestResult;
  /** The exact command for this one test on one machine, at the root of the tree; for failures. */
  reproduce?: string;
  /** Collected files, relative to the artifacts folder. */
  artifacts?: readonly string[];
}
