import { expectedEnd, expectedMs } from "./fleet-view.ts";
import { canRun, type Host } from "./host.ts";
import type { State, Step } from "./state.ts";
import { isSuspect } from "./suspects.ts";
import type { Unit } from "./unit.ts";

export interface Straggler {
  readonly unit: Unit;
  /** When the first of its leases is expected to be answered. */
  readonly end: number;
}

/** Units that may be copied, the one expected to end last first. */
export function stragglersOf({ state, now }: Step): Straggler[] {
  const stragglers: Straggler[] = [];
  for (const unit of state.running) {
    if (unit.open.length > state.options.maxCopies || isSuspect(unit)) continue;
    const end = unitEnd(state, unit, now);
    if (end !== undefined && end > now) stragglers.push({ unit, end });
  }
  return stragglers.sort((a, b) => b.end - a.end);
}

/**
 * The unit under lease that an idle host should run as well: the one expected to end last (MapReduce's backup
 * tasks, Dean & Ghemawat 2004; chosen by time left as in LATE, Zaharia et al. 2008), if the host would likely be
 * clearly sooner. Suspects are never copied: they would take down two workers at once.
 */
export function chooseCopy(
  { state, now }: Step,
  host: Host,
  stragglers: readonly Straggler[],
): Unit | undefined {
  for (const { unit, end } of stragglers) {
    if (unit.open.length > state.options.maxCopies) continue;
    const here = expectedMs(state, host, unit);
    if (here === undefined || end - now <= here * state.options.copyGain) continue;
    if (unit.open.some((open) => open.host === host) || !canRun(host, unit, state.options)) continue;
    return unit;
  }
  return undefined;
}

/** When the first of a unit's leases is expected to be answered. */
function unitEnd(state: State, unit: Unit, now: number): number | undefined {
  let first: number | undefined;
  for (const open of unit.open) {
    const end = expectedEnd(state, open, now);
    if (end === undefined) return undefined;
    first = Math.min(first ?? Infinity, end);
  }
  return first;
}
