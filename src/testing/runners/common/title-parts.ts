import type { TestUnit } from "../../model.ts";
import { type Driver, DriverSession } from "./driver-session.ts";
import { escapePattern } from "./quote.ts";
import { absolute } from "./unit-paths.ts";
import type { Runner, RunnerContext } from "../runner.ts";

/**
 * Splits a file by the titles of its tests, as runners of JavaScript select them: by a pattern over the names of suites
 * and test with spaces between. Equal names stay together, so that their ordinals are those of the whole. The first part
 * runs all that the others do not name: a title that is made anew in each run is in it, and none is lost or run twice.
 */
export function splitsByTitle(driverFor: (context: RunnerContext) => Driver): NonNullable<Runner["split"]> {
  return async (unit, parts, context, signal, times = {}) => {
    const session = new DriverSession(driverFor(context), context);
    try {
      const file = absolute(context.project, unit.file);
      const selection = unit.selection === undefined ? {} : { selection: unit.selection };
      const listed = await session.list(signal, { type: "tests", file, ...selection });
      if (!("units" in listed)) return [unit];
      const names = listed.units.flatMap(({ selection = [] }) => selection);
      return partsOf(unit, names, parts, times);
    } finally {
      await session.stop();
    }
  };
}

export function partsOf(
  unit: TestUnit,
  names: readonly string[],
  parts: number,
  times: Readonly<Record<string, number>>,
): TestUnit[] {
  // Jest does not tell upper from lower case.
  const groups = [...Map.groupBy(names.map(canonical), (name) => name.toUpperCase()).values()];
  const known = new Map(Object.entries(times).map(([name, ms]) => [canonical(name), ms]));
  const typical = Math.max(1, sum([...known.values()]) / Math.max(1, known.size));
  const weighed = groups
    .map((group) => ({ group, ms: Math.max(0.01, known.get(group[0] ?? "") ?? typical) }))
    .toSorted((a, b) => b.ms - a.ms);
  const shares = Array.from({ length: Math.min(parts, groups.length) }, () => ({
    names: [] as string[],
    ms: 0,
    tests: 0,
  }));
  for (const { group, ms } of weighed) {
    const lightest = shares.reduce((least, share) => (share.ms < least.ms ? share : least), shares[0]!);
    lightest.names.push(...new Set(group));
    lightest.ms += ms;
    lightest.tests += group.length;
  }
  if (shares.length < 2) return [unit];
  const others = shares.slice(1).flatMap((share) => share.names);
  return shares.map((share, index) => ({
    ...unit,
    id: `${unit.id}|${index + 1}/${shares.length}`,
    bytes: Math.round(unit.bytes / shares.length),
    tests: share.tests,
    pattern: index === 0 ? `^(?!(?:${anyOf(others)})$)` : `^(?:${anyOf(share.names)})$`,
    splittable: false,
  }));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function anyOf(names: readonly string[]): string {
  return names.map((name) => escapePattern(name).replaceAll(" ", "(?: >)* ")).join("|");
}

/** From version 5 on Vitest joins names with ` > `, and so may a title: these count as one name. */
function canonical(name: string): string {
  return name.replaceAll(/(?: >)+ /g, " ");
}
