import type { OpenRequest } from "../host/wire.ts";
import type { TestOptions } from "./options.ts";

/**
 * Which runner a host will most likely be asked for first, and in how many of its slots: so it starts while the tests are
 * still being listed. Without recorded times nobody knows how many files there are; one slot is never too many, since it can
 * list with the same runner.
 */
export function likelyWork(
  slots: number,
  timings: ReadonlyMap<string, number>,
  { only, changed }: Pick<TestOptions, "only" | "changed">,
): NonNullable<OpenRequest["warm"]> {
  const byKind = new Map<string, { ms: number; units: number }>();
  for (const [unit, ms] of timings) {
    const kind = unit.split("|").slice(0, 2).join("|");
    const before = byKind.get(kind) ?? { ms: 0, units: 0 };
    byKind.set(kind, { ms: before.ms + ms, units: before.units + 1 });
  }
  const [most] = [...byKind].toSorted(([, a], [, b]) => b.ms - a.ms);
  if (most === undefined) return { slots: 1 };
  const [kind, { units }] = most;
  // Who knows how many are left of a choice.
  return { kind, slots: only.length > 0 || changed === "only" ? 1 : Math.min(slots, units) };
}
