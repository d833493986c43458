import { type FleetView, isWorking, meanSpeed, nextFreeSlot, viewFor } from "./fleet-view.ts";
import { canRun, type Host, knownOverhead, knownSpeed, knownStart } from "./host.ts";
import { type Lane, type Queue, shortestFree, takeFrom } from "./lane.ts";
import type { State, Step } from "./state.ts";
import { isSuspect } from "./suspects.ts";
import { newUnit, partOf, type Unit } from "./unit.ts";

/** `slot`: runs at once · `ahead`: will wait at the host · `probe`: shows whether the host is well again. */
export type Purpose = "slot" | "ahead" | "probe";

/** A host must be this much faster for a slow one to leave it a long item. */
const clearlyFaster = 1.5;
const probeShare = 0.25;
const growth = 4;
/** Work is sent ahead only while the queue lasts for this many leases: at the end it would wait behind others. */
const depthForAhead = 3;
/** What a host must save those who know a kind, by how often it pays for loading it, or it is of no use to them. */
const worthStarts = 2;
/** Returned units are given whole up to this many times the size a host would get. */
const wholeUpTo = 1.5;

/** Takes what the host is to do next out of the queue. */
export function takeWork(step: Step, host: Host, purpose: Purpose): Unit | undefined {
  switch (purpose) {
    case "slot":
      return takeReturned(step, host, purpose) ?? takeFresh(step, host, purpose);
    case "ahead":
      // What came back is next, in a slot: fresh work sent ahead would keep every slot from it.
      return hasReturned(step, host) ? undefined : takeFresh(step, host, purpose);
    case "probe":
      // A probe that dies of its own work says nothing about the host: fresh work first.
      return takeFresh(step, host, purpose) ?? takeReturned(step, host, purpose);
  }
}

function takeReturned({ state, now }: Step, host: Host, purpose: Purpose): Unit | undefined {
  const place = state.returned.findIndex((unit) => mayTake(state, host, unit, now));
  const unit = state.returned[place];
  if (unit === undefined) return undefined;
  const left = { weight: unit.weight, ms: 0 };
  const size = batchWeight(state, host, unit.kind, left, viewFor(state, unit, now), purpose);
  if (isSuspect(unit) || unit.items.length === 1 || unit.weight <= size * wholeUpTo) {
    state.returned.splice(place, 1);
    return unit;
  }
  const cut = itemsUpTo(unit, size);
  state.returned[place] = partOf(unit, state.units++, unit.items.slice(cut));
  return partOf(unit, state.units++, unit.items.slice(0, cut));
}

function hasReturned({ state, now }: Step, host: Host): boolean {
  return state.returned.some((unit) => mayTake(state, host, unit, now));
}

function itemsUpTo(unit: Unit, size: number): number {
  let weight = 0;
  const cut = unit.items.findIndex((item) => (weight += item.weight) > size);
  return Math.max(1, cut);
}

function mayTake(state: State, host: Host, unit: Unit, now: number): boolean {
  if (!canRun(host, unit, state.options)) return false;
  return !unit.avoid.has(host.spec.name) || !hasOtherHost(state, unit, now);
}

/** True if a host works now on which this unit has not gone wrong yet. */
export function hasOtherHost(state: State, unit: Unit, now: number): boolean {
  for (const host of state.hosts.values()) {
    if (unit.avoid.has(host.spec.name) || !isWorking(state, host, now)) continue;
    if (canRun(host, unit, state.options)) return true;
  }
  return false;
}

interface Choice {
  readonly lane: Lane;
  readonly view: FleetView;
  readonly isNew: boolean;
  /** How long it takes if the host does nothing of it. */
  readonly urgency: number;
  readonly distance: number;
}

/**
 * Its own items first; else the queue goes first that would take longest to empty with the hosts it has. A kind that is
 * new to the host comes behind those it knows, and not at all if those who know it will be done before it has begun.
 */
function takeFresh(step: Step, host: Host, purpose: Purpose): Unit | undefined {
  const { state } = step;
  const waiting = state.lanes.filter((lane) => lane.count > 0 && canRun(host, lane, state.options));
  const left = new Map<Queue, number>();
  for (const { queue, weight } of waiting) left.set(queue, (left.get(queue) ?? 0) + weight);
  const startMs = knownStart(host, state.options);
  const allLeftMs = sum(
    [...left].map(([queue, weight]) => weight / (queueView(step, queue).capacity ?? Infinity)),
  );
  for (const { lane, view, isNew, urgency } of choicesOf(step, host, waiting, left)) {
    if (isNew && view.mastered !== undefined && urgency < startMs * worthStarts) continue;
    // It is next, in a slot: other work sent ahead would keep it from there.
    if (isNew && purpose === "ahead") return undefined;
    const weight = left.get(lane.queue) ?? 0;
    const size = batchWeight(state, host, lane.kind, { weight, ms: allLeftMs }, view, purpose);
    if (purpose === "ahead" && !isDeep(state, host, lane, allLeftMs, size)) continue;
    const longest =
      purpose === "probe"
        ? shortEnough(lane, size)
        : // What is longer than a lease must not wait behind another: somebody else may have a slot for it sooner.
          Math.min(purpose === "ahead" ? size : Infinity, longestFor(step, host, lane, allLeftMs, size));
    const items = takeFrom(lane, longest, size, state.options.maxItems);
    if (items.length > 0) return newUnit(state.units++, lane, items);
  }
  return undefined;
}

/** What a host may take from, the best first. */
function choicesOf(
  step: Step,
  host: Host,
  lanes: readonly Lane[],
  left: ReadonlyMap<Queue, number>,
): Choice[] {
  const { options } = step.state;
  let busy: Map<Host, number> | undefined;
  return (
    lanes
      .map((lane) => {
        const view = queueView(step, lane.queue);
        const isNew = knownSpeed(host, lane.kind, options) === undefined;
        const leftMs = (left.get(lane.queue) ?? 0) / (view.capacity ?? Math.max(1, view.slots));
        const urgency =
          isNew && view.mastered !== undefined
            ? firstFree((busy ??= busyMs(step, left)), view.masters)
            : leftMs;
        return { lane, view, isNew, urgency, distance: distanceOf(lane, host) };
      })
      // Of the homes of others, the one with most to do is helped.
      .sort(
        (a, b) =>
          a.distance - b.distance ||
          Number(a.isNew) - Number(b.isNew) ||
          b.urgency - a.urgency ||
          b.lane.weight - a.lane.weight,
      )
  );
}

/** How long each host has to do with the kinds it knows, if everybody keeps to those. */
function busyMs(step: Step, left: ReadonlyMap<Queue, number>): Map<Host, number> {
  const busy = new Map<Host, number>();
  for (const [queue, weight] of left) {
    const { masters, mastered } = queueView(step, queue);
    for (const host of masters) busy.set(host, (busy.get(host) ?? 0) + weight / (mastered ?? Infinity));
  }
  return busy;
}

function firstFree(busy: ReadonlyMap<Host, number>, hosts: readonly Host[]): number {
  return Math.min(...hosts.map((host) => busy.get(host) ?? 0));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Own items, then nobody's, then those of others. */
function distanceOf({ home }: Lane, host: Host): number {
  if (home === undefined) return 1;
  return home === host.spec.name ? 0 : 2;
}

function queueView({ state, now, views }: Step, queue: Queue): FleetView {
  let view = views.get(queue);
  if (view === undefined) views.set(queue, (view = viewFor(state, queue, now)));
  return view;
}

/**
 * How much a lease should weigh. Guided self-scheduling (Polychronopoulos & Kuck 1987) in its weighted form
 * (Hummel et al. 1996): each lease takes 1/k of the time that is left to all, with all that is left, so a fast host
 * gets more than a slow one; never so little that overhead rules, nor so much that losing it hurts.
 */
function batchWeight(
  state: State,
  host: Host,
  kind: string,
  left: { readonly weight: number; readonly ms: number },
  view: FleetView,
  purpose: Purpose,
): number {
  const { options } = state;
  const { k, startDivisor, startWeight, leastOverheads, maxLeaseMs } = options;
  const share = purpose === "probe" ? probeShare : 1;
  const own = knownSpeed(host, kind, options);
  const speed = own ?? view.meanSpeed ?? meanSpeed(state, kind);
  if (speed === undefined)
    return share * Math.min(startWeight, left.weight / (k * startDivisor * Math.max(1, view.slots)));
  // A host nobody knows gets half of what it may deserve.
  const trust = own === undefined ? 0.5 : 1;
  // Doubt about a speed learned from small leases grows with the lease: not many times more than was seen.
  const seen = host.estimates.get(kind)?.mostWeight ?? 0;
  const most = seen > 0 ? seen * growth : Infinity;
  const least = leastOverheads * knownOverhead(host, kind, options);
  const leftMs = Math.max(left.ms, left.weight / (view.capacity ?? speed * host.slots));
  const ms = Math.max(least, leftMs / k);
  return share * Math.min(most, trust * speed * Math.min(ms, maxLeaseMs));
}

function isDeep(state: State, host: Host, { kind }: Lane, leftMs: number, size: number): boolean {
  const speed = knownSpeed(host, kind, state.options);
  if (speed === undefined) return false;
  return leftMs > depthForAhead * (knownOverhead(host, kind, state.options) + size / speed);
}

/**
 * The longest item that is not better left to a faster host: on this one it must end before the faster host
 * would have it done, after its own work or with the rest of the queue. A host whose speed is unknown starts
 * small, or a slow one might hold the longest item of all until the end.
 */
function longestFor({ state, now }: Step, host: Host, lane: Lane, leftMs: number, size: number): number {
  const own = knownSpeed(host, lane.kind, state.options);
  if (own === undefined) return shortEnough(lane, size);
  if ((lane.items[0]?.weight ?? 0) <= leftMs * own) return Infinity;
  let fastest = 0;
  let freeIn = Infinity;
  for (const other of state.hosts.values()) {
    const speed = knownSpeed(other, lane.kind, state.options);
    if (speed === undefined || speed < own * clearlyFaster) continue;
    if (!isWorking(state, other, now) || !canRun(other, lane, state.options)) continue;
    fastest = Math.max(fastest, speed);
    freeIn = Math.min(freeIn, nextFreeSlot(state, other, now) - now);
  }
  return fastest === 0 ? Infinity : Math.max(leftMs, freeIn) / (1 / own - 1 / fastest);
}

/** Items up to a size, or, if all are longer, the shortest. */
function shortEnough(lane: Lane, size: number): number {
  return Math.max(size, shortestFree(lane));
}
