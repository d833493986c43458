import type { TestUnit } from "../model.ts";
import { weightsOf } from "./items.ts";

/** Splitting asks the runner, which takes a moment: shorter units stay whole. */
const leastMs = 2000;
const mostParts = 16;
/** Without a recorded time: fewer tests are done in a moment, as far as anybody knows. */
const leastTests = 50;
/** Each part loads the whole file: that has to be the smaller share of its time. */
const leastShareOfTests = 0.5;

export interface SplitPlan {
  slots: number;
  /** Recorded milliseconds by unit. */
  timings: ReadonlyMap<string, number>;
  /** The user says that the tests of this file do not depend on each other. */
  independent(unit: TestUnit): boolean;
  /** Milliseconds of the unit's tests in the last run, by what `Runner.split` takes for their names. */
  testTimes(unit: TestUnit): Readonly<Record<string, number>> | undefined;
  split(
    unit: TestUnit,
    parts: number,
    times: Readonly<Record<string, number>> | undefined,
  ): Promise<readonly TestUnit[]>;
}

interface Split {
  readonly units: readonly TestUnit[];
  /** What is known, and what follows from it for parts that are new. */
  readonly timings: ReadonlyMap<string, number>;
}

/**
 * Units that alone would keep a slot longer than half of what all slots have to do are split, where their runner can.
 * Recorded times say that, or the number of tests, from a runner that has counted them and so is up; sizes alone are too far
 * from the truth to start one for.
 *
 * @returns the units, and what the parts are expected to take: their own times are known from the next run on
 */
export async function splitLongUnits(units: readonly TestUnit[], plan: SplitPlan): Promise<Split> {
  const { slots, timings } = plan;
  if (slots < 2) return { units, timings };
  const weights = weightsOf(units, timings);
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  // Where nothing was ever timed, weights are no milliseconds.
  const longest = Math.max(timings.size > 0 ? leastMs : 0, total / (2 * slots));
  const known = new Map(timings);
  const parts = await Promise.all(
    units.map(async (unit) => {
      const ms = timings.get(unit.id);
      const isCounted = unit.splittable === true && (unit.tests ?? 0) >= leastTests;
      if (ms === undefined && !isCounted) return [unit];
      const weight = weights.get(unit.id)!;
      if (weight <= longest) return [unit];
      const isIndependent = unit.splittable !== true && plan.independent(unit);
      if (unit.splittable !== true && !isIndependent) return [unit];
      const times = plan.testTimes(unit);
      const own = Object.values(times ?? {}).reduce((sum, each) => sum + each, 0);
      if (isIndependent && times !== undefined && own < leastShareOfTests * weight) return [unit];
      const made = await plan.split(unit, Math.min(mostParts, Math.ceil(weight / longest)), times);
      if (!isWhole(unit, made)) return [unit];
      const tests = made.reduce((sum, part) => sum + (part.tests ?? 1), 0);
      for (const part of made) {
        // Parts by title are made equal.
        const share = isIndependent ? 1 / made.length : (part.tests ?? 1) / tests;
        if (ms !== undefined && !known.has(part.id)) known.set(part.id, ms * share);
      }
      return made;
    }),
  );
  return { units: parts.flat(), timings: known };
}

/** Parts that are of another unit, or have one name, are not believed. */
function isWhole(unit: TestUnit, parts: readonly TestUnit[]): boolean {
  const ids = new Set(parts.map(({ id }) => id));
  const own = parts.every(({ project, runner }) => project === unit.project && runner === unit.runner);
  return parts.length > 0 && ids.size === parts.length && own;
}
