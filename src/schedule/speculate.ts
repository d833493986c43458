import { expectedEnd, expectedMs } from "./fleet-view.ts";
import { canRun, type Host } from "./host.ts";
import type { State } from "./state.ts";
import { isSuspect } from "./suspects.ts";
import type { Unit } from "./unit.ts";

/**
 * The unit under lease that an idle host should run as well: the one expected to end last (MapReduce's backup
 * tasks, Dean & Ghemawat 2004; chosen by time left as in LATE, Zaharia et al. 2008), if the host would likely be
 * clearly sooner. Suspects are never copied: they would take down two workers at once.
 */
export function chooseCopy(state: State, host: Host, now: number): Unit | undefined {
  let best: Unit | undefined;
  let latest = now;
  for (const unit of state.running) {
    if (unit.open.length > state.options.maxCopies || isSuspect(unit)) continue;
    if (unit.open.some((open) => open.host === host) || !canRun(host, unit, state.options)) continue;
    const end = unitEnd(state, unit, now);
    const here = expectedMs(state, host, unit);
    if (end === undefined || here === undefined || end <= latest) continue;
    if (end - now <= here * state.options.copyGain) continue;
    latest = end;
    best = unit;
  }
  return best;
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
