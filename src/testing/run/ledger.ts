import type { TestResult, TestUnit, UnitEnd } from "../model.ts";

/** One test of an attempt. */
export interface CountedTest {
  result: TestResult;
  /** For failures. */
  reproduce?: string;
}

/** What one attempt of a unit gave on the host whose answer came first. */
export interface UnitRun {
  unit: TestUnit;
  host: string;
  /** From 1. */
  attempt: number;
  end: UnitEnd;
  tests: readonly CountedTest[];
  /** For what is not done. */
  reproduce?: string;
  log?: string;
}

/**
 * Exactly one answer for each unit and attempt, whoever it comes from: of a lease that was lost half done, of the copy of
 * a straggler, of a host that was given up and was not dead. The first end of a unit counts, with the tests that came
 * before it on the same way; all later ones change nothing.
 */
export class Ledger {
  readonly #runs = new Map<string, UnitRun>();

  /** False: there was an answer already. */
  offer(run: UnitRun): boolean {
    const key = keyOf(run.unit.id, run.attempt);
    if (this.#runs.has(key)) return false;
    this.#runs.set(key, run);
    return true;
  }

  has(unit: string, attempt: number): boolean {
    return this.#runs.has(keyOf(unit, attempt));
  }

  get(unit: string, attempt: number): UnitRun | undefined {
    return this.#runs.get(keyOf(unit, attempt));
  }

  /** In the order in which they came. */
  get runs(): readonly UnitRun[] {
    return [...this.#runs.values()];
  }
}

/** The failures of a run: of its tests, or its own where it has no end that counts. */
export function failuresOf({ end, tests }: UnitRun): number {
  const failed = tests.filter(({ result }) => result.outcome === "failed").length;
  return end.end === "done" ? failed : Math.max(1, failed);
}

function keyOf(unit: string, attempt: number): string {
  return `${attempt}|${unit}`;
}
