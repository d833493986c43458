import type { UnitAttempt } from "../run-record.ts";

/** Share of the newest run in what is remembered: five runs later little is left of a change of machine. */
export const newestShare = 0.4;
/** With fewer units to compare, a host's speed is not told from chance. */
const comparedAtLeast = 5;

/** Wall time of one unit, as a host of ordinary speed would need it. */
export interface Timed {
  platform: string;
  unit: string;
  ms: number;
}

/**
 * Wall times of a run, red or green, made comparable: each host's times are scaled by the median of what was remembered
 * over what it took now, in which a unit counts for as much as it takes: that of a few milliseconds is chance. A unit that was ended for taking too long counts with at least its time.
 */
export function normalise(
  attempts: readonly UnitAttempt[],
  known: (platform: string, unit: string) => number | undefined,
): Timed[] {
  const usable = attempts.filter(
    ({ end, counted }) =>
      end.ms > 0 && (end.end === "timeout" || (counted && (end.end === "done" || end.end === "broken"))),
  );
  const ratios = new Map<string, Ratio[]>();
  for (const { platform, host, unit, end } of usable) {
    const before = known(platform, unit.id);
    if (before === undefined || end.end !== "done") continue;
    const key = `${platform}\0${host}`;
    ratios.set(key, [...(ratios.get(key) ?? []), { value: before / end.ms, weight: end.ms }]);
  }
  return usable.map(({ platform, host, unit, end }) => {
    const own = ratios.get(`${platform}\0${host}`) ?? [];
    const scale = own.length < comparedAtLeast ? 1 : median(own);
    const ms = end.ms * scale;
    const before = known(platform, unit.id) ?? 0;
    return { platform, unit: unit.id, ms: end.end === "timeout" ? Math.max(ms, before) : ms };
  });
}

interface Ratio {
  value: number;
  weight: number;
}

function median(ratios: readonly Ratio[]): number {
  const sorted = ratios.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  return sorted.find(({ weight }) => (below += weight) >= half)?.value ?? 1;
}
