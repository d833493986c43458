import { canRun, type Host, isOverloaded, knownOverhead, knownSpeed, knownStart } from "./host.ts";
import type { State } from "./state.ts";
import type { Needs, OpenLease, Unit } from "./unit.ts";

/** True if the host gets work now, apart from a probe. */
export function isWorking(state: State, host: Host, now: number): boolean {
  return host.present && host.breaker.state === "closed" && !isOverloaded(host, now, state.options);
}

/** What the hosts that work now can do for one kind of work. */
export interface FleetView {
  /** Weight per millisecond of all their slots; undefined as long as no speed is known. */
  readonly capacity: number | undefined;
  readonly slots: number;
  /** Mean of the known speeds of a slot: what a new host is taken for. */
  readonly meanSpeed: number | undefined;
  /** The hosts that know this kind, or are about to. */
  readonly masters: readonly Host[];
  /** Weight per millisecond of those; undefined if nobody's speed is known. */
  readonly mastered: number | undefined;
}

export function viewFor(state: State, needs: Needs, now: number): FleetView {
  let slots = 0;
  let knownSlots = 0;
  let masterSlots = 0;
  let known = 0;
  const masters: Host[] = [];
  for (const host of state.hosts.values()) {
    if (!isWorking(state, host, now) || !canRun(host, needs, state.options)) continue;
    slots += host.slots;
    const speed = knownSpeed(host, needs.kind, state.options);
    if (speed === undefined && !host.open.some(({ unit }) => unit.kind === needs.kind)) continue;
    masters.push(host);
    masterSlots += host.slots;
    if (speed === undefined) continue;
    knownSlots += host.slots;
    known += speed * host.slots;
  }
  const meanSpeed = knownSlots === 0 ? undefined : known / knownSlots;
  const all = (count: number): number | undefined =>
    meanSpeed === undefined ? undefined : meanSpeed * count;
  return { slots, meanSpeed, capacity: all(slots), masters, mastered: all(masterSlots) };
}

/** Mean known speed of a slot over all hosts, whatever their health. */
export function meanSpeed(state: State, kind: string): number | undefined {
  let slots = 0;
  let sum = 0;
  for (const host of state.hosts.values()) {
    const speed = knownSpeed(host, kind, state.options);
    if (speed === undefined) continue;
    slots += host.slots;
    sum += speed * host.slots;
  }
  return slots === 0 ? undefined : sum / slots;
}

/** Milliseconds from slot to answer; undefined if no speed of this kind is known anywhere. */
export function expectedMs(
  state: State,
  host: Host,
  unit: Pick<Unit, "kind" | "weight">,
): number | undefined {
  const { options } = state;
  const own = knownSpeed(host, unit.kind, options);
  const speed = own ?? meanSpeed(state, unit.kind);
  if (speed === undefined) return undefined;
  const start = own === undefined ? knownStart(host, options) : 0;
  return start + knownOverhead(host, unit.kind, options) + unit.weight / speed;
}

/**
 * When a lease is expected to be answered. One that is late by t is expected to need t more: the longer it is
 * overdue, the less its estimate is worth.
 */
export function expectedEnd(state: State, open: OpenLease, now: number): number | undefined {
  const ms = expectedMs(state, open.host, open.unit);
  if (ms === undefined) return undefined;
  if (open.runningSince === undefined) return nextFreeSlot(state, open.host, now) + ms;
  const end = open.runningSince + ms;
  return end >= now ? end : now + (now - end);
}

/** When the host is expected to have a slot free; `now` if it has one, or if nothing is known. */
export function nextFreeSlot(state: State, host: Host, now: number): number {
  if (host.open.length < host.slots) return now;
  let soonest = Infinity;
  for (const open of host.open)
    if (open.runningSince !== undefined) soonest = Math.min(soonest, expectedEnd(state, open, now) ?? now);
  return soonest === Infinity ? now : soonest;
}
