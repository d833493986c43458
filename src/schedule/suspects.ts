import type { ScheduleOptions } from "./options.ts";
import type { FailureType, Item } from "./types.ts";
import type { Unit } from "./unit.ts";

/** One lost host is no sign: hosts are lost for many reasons. */
const innocentHostLosses = 1;

/** True if one of the unit's items may be what goes wrong: it is not copied, and splits only to find out. */
export function isSuspect(unit: Unit): boolean {
  return trouble(unit) > 0;
}

function trouble(unit: Unit): number {
  return unit.workerLosses + unit.failures + Math.max(0, unit.hostLosses - innocentHostLosses);
}

/**
 * The items of a unit that gave no result, as they are to be tried next. Group testing in two stages (Dorfman
 * 1943): √n groups after the first trouble, single items after the second. A plain bisection would find a bad
 * item of n in log₂ n steps, but each step costs a worker, and perhaps its time-out, one after the other.
 */
export function suspectGroups(unit: Unit): (readonly Item[])[] {
  const count = unit.items.length;
  if (!isSuspect(unit) || count === 1) return [unit.items];
  const size = trouble(unit) >= 2 ? 1 : Math.ceil(count / Math.ceil(Math.sqrt(count)));
  const groups: Item[][] = [];
  for (let from = 0; from < count; from += size) groups.push(unit.items.slice(from, from + size));
  return groups;
}

/**
 * Why a unit is given up after a failure, or undefined if it is to be tried again. Only a unit of one item is ever
 * given up, and only for a failure it has just had alone: what it inherited from a larger unit may be a
 * neighbour's. As long as there is another host to try it on, one host is no witness. Names no host: a report must
 * not depend on where its parts were computed.
 */
export function quarantineReason(
  unit: Unit,
  failure: FailureType,
  otherHost: boolean,
  message: string,
  options: ScheduleOptions,
): string | undefined {
  if (unit.items.length > 1 || (unit.avoid.size < 2 && otherHost)) return undefined;
  switch (failure) {
    case "failed":
      return unit.failures < options.maxFailures ? undefined : message;
    case "worker-lost": {
      const { workerLosses } = unit;
      if (workerLosses < options.maxWorkerLosses) return undefined;
      return `took down ${workerLosses} workers, the last time: ${message}`;
    }
    case "host-lost": {
      const { hostLosses } = unit;
      if (hostLosses < options.maxHostLosses) return undefined;
      return `was running when ${hostLosses} hosts were lost, the last time: ${message}`;
    }
    case "refused":
      return undefined;
  }
}
