import type { TestFailure, TestOutcome, TestUnit, UnitEnd } from "../../model.ts";
import type { RunnerEvent } from "../runner.ts";
import { cleanFailure, cleanOutput, firstLine, plain } from "./text.ts";

/** What an adapter knows of one run of a test; names and bounds are made here. */
export interface Reported {
  /** Relative to the root; the unit's own file unless said otherwise. */
  file?: string;
  title: readonly string[];
  outcome: TestOutcome;
  ms: number;
  failures?: readonly TestFailure[];
  reason?: string;
  retries?: number;
  output?: string;
}

interface OpenUnit {
  readonly unit: TestUnit;
  startedAt?: number;
  readonly ordinals: Map<string, number>;
  /** Titles of tests that have begun and not ended. */
  readonly running: Map<string, readonly string[]>;
}

/**
 * What became of each unit of one `run`. Holds what the contract promises whatever a runner does: a start before the
 * tests, the tests before the end, one end for each unit, ordinals for equal titles.
 */
export class Batch {
  readonly #open: Map<string, OpenUnit>;
  readonly #emit: (event: RunnerEvent) => void;
  /** End of the last unit or of what came before the first: time that no unit is charged for. */
  #idleSince = performance.now();

  constructor(units: readonly TestUnit[], emit: (event: RunnerEvent) => void) {
    this.#open = new Map(units.map((unit) => [unit.id, { unit, ordinals: new Map(), running: new Map() }]));
    this.#emit = emit;
  }

  /** Units that have not ended, in their order. */
  get open(): TestUnit[] {
    return [...this.#open.values()].map(({ unit }) => unit);
  }

  /** Units that have started and not ended. */
  get running(): TestUnit[] {
    return [...this.#open.values()]
      .filter(({ startedAt }) => startedAt !== undefined)
      .map(({ unit }) => unit);
  }

  /** The runner is ready now: what came before is no unit's time. */
  ready(): void {
    this.#idleSince = performance.now();
  }

  start(id: string): void {
    const entry = this.#open.get(id);
    if (entry === undefined || entry.startedAt !== undefined) return;
    entry.startedAt = this.#idleSince;
    this.#emit({ type: "unit.started", unit: id });
  }

  /** A test of the unit has begun. */
  testStarted(id: string, title: readonly string[]): void {
    this.#open.get(id)?.running.set(keyOf(title), title);
  }

  test(id: string, reported: Reported): void {
    const entry = this.#open.get(id);
    if (entry === undefined) return;
    this.start(id);
    entry.running.delete(keyOf(reported.title));
    const { unit, ordinals } = entry;
    const { outcome, ms, failures, reason, retries, output } = reported;
    const title = reported.title.map((part) => plain(part, 2000));
    const file = reported.file ?? unit.file;
    const key = JSON.stringify([file, ...title]);
    const ordinal = ordinals.get(key) ?? 0;
    ordinals.set(key, ordinal + 1);
    this.#emit({
      type: "test",
      unit: id,
      result: {
        test: { project: unit.project, runner: unit.runner, file, title, ordinal },
        outcome,
        ms: Number.isFinite(ms) && ms > 0 ? ms : 0,
        ...(failures === undefined || failures.length === 0
          ? {}
          : { failures: failures.slice(0, 20).map(cleanFailure) }),
        ...(reason === undefined || reason === "" ? {} : { reason: plain(reason, 2000) }),
        ...(retries === undefined || retries === 0 ? {} : { retries }),
        ...(output === undefined || output === "" ? {} : { output: cleanOutput(output) }),
      },
    });
  }

  end(id: string, end: UnitEnd["end"], failure?: TestFailure): void {
    const entry = this.#open.get(id);
    if (entry === undefined) return;
    // A unit that was never begun has taken no time.
    if (end !== "cancelled") this.start(id);
    this.#open.delete(id);
    const now = performance.now();
    const ms = entry.startedAt === undefined ? 0 : now - entry.startedAt;
    const running = innermost([...entry.running.values()]);
    const blamed = end !== "done" && end !== "cancelled" && running.length > 0;
    this.#idleSince = now;
    this.#emit({
      type: "unit.ended",
      unit: id,
      end,
      ms,
      ...(blamed ? { running } : {}),
      ...(failure === undefined
        ? {}
        : { failure: cleanFailure(blamed ? naming(failure, running) : failure) }),
    });
  }

  endAll(end: UnitEnd["end"], failure?: TestFailure): void {
    for (const unit of this.open) this.end(unit.id, end, failure);
  }
}

function keyOf(title: readonly string[]): string {
  return JSON.stringify(title);
}

/** Without tests that only wait for those inside of them. */
function innermost(titles: readonly (readonly string[])[]): (readonly string[])[] {
  return titles.filter((title) => !titles.some((other) => holds(title, other)));
}

function holds(outer: readonly string[], inner: readonly string[]): boolean {
  return outer.length < inner.length && outer.every((part, index) => part === inner[index]);
}

/** With the tests that ran when the unit was ended: who reads it wants to know which one it was. */
function naming(failure: TestFailure, [first = [], ...others]: readonly (readonly string[])[]): TestFailure {
  const rest = others.length === 0 ? "" : ` and ${others.length} more`;
  const message = firstLine(failure.message) || "it ended";
  return { ...failure, message: `${message}, while "${firstLine(first.join(" > "))}"${rest} ran` };
}
