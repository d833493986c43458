import type { HostSpec, Item } from "./types.ts";

/** What lanes that differ only in their home have in common. */
export interface Queue {
  readonly kind: string;
  readonly fits: ((host: HostSpec) => boolean) | undefined;
}

/**
 * Fresh items of one kind, one need and one home, longest first. A slow host takes from the middle, so taken places are
 * skipped through `next` (a union-find with path halving): taking stays almost constant in the number of items.
 */
export interface Lane {
  readonly kind: string;
  readonly fits: ((host: HostSpec) => boolean) | undefined;
  readonly home: string | undefined;
  readonly queue: Queue;
  readonly items: readonly Item[];
  /** `next[i] === i` while item i is free; else a place at or before the next free one. */
  readonly next: Int32Array;
  count: number;
  weight: number;
}

/** Lanes in the order of their first item; equal weights keep the order they were given in. */
export function lanesOf(items: readonly Item[]): Lane[] {
  const lanes = new Map<Item["fits"], Map<string, Map<string | undefined, Item[]>>>();
  for (const item of items) {
    const kinds = getOrMake(lanes, item.fits, () => new Map<string, Map<string | undefined, Item[]>>());
    const homes = getOrMake(kinds, item.kind ?? "", () => new Map<string | undefined, Item[]>());
    getOrMake(homes, item.home, () => []).push(item);
  }
  return [...lanes].flatMap(([fits, kinds]) =>
    [...kinds].flatMap(([kind, homes]) => {
      const queue: Queue = { kind, fits };
      return [...homes].map(([home, own]) => laneOf(queue, home, own));
    }),
  );
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function laneOf(queue: Queue, home: string | undefined, items: Item[]): Lane {
  items.sort((a, b) => b.weight - a.weight);
  return {
    ...queue,
    home,
    queue,
    items,
    next: Int32Array.from({ length: items.length + 1 }, (_, place) => place),
    count: items.length,
    weight: items.reduce((sum, item) => sum + item.weight, 0),
  };
}

/**
 * Takes neighbours from the longest free item that weighs at most `longest` on, until the next would exceed
 * `target` or there are `maxItems`. At least one item, if any is short enough.
 */
export function takeFrom(lane: Lane, longest: number, target: number, maxItems: number): Item[] {
  const taken: Item[] = [];
  let weight = 0;
  for (let place = freeFrom(lane, firstAtMost(lane, longest)); ; place = freeFrom(lane, place)) {
    const item = lane.items[place];
    if (item === undefined || taken.length === maxItems) break;
    if (taken.length > 0 && weight + item.weight > target) break;
    lane.next[place] = place + 1;
    taken.push(item);
    weight += item.weight;
  }
  lane.count -= taken.length;
  // An empty lane weighs exactly nothing, whatever rounding left.
  lane.weight = lane.count === 0 ? 0 : Math.max(0, lane.weight - weight);
  return taken;
}

/** The items nobody has taken. */
export function freeItems(lane: Lane): Item[] {
  return lane.items.filter((_, place) => lane.next[place] === place);
}

/** Weight of the shortest item nobody has taken; 0 if there is none. Takers leave holes at the front, seldom here. */
export function shortestFree(lane: Lane): number {
  const place = lane.items.findLastIndex((_, place) => lane.next[place] === place);
  return lane.items[place]?.weight ?? 0;
}

function firstAtMost(lane: Lane, weight: number): number {
  let low = 0;
  let high = lane.items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lane.items[middle] as Item).weight > weight) low = middle + 1;
    else high = middle;
  }
  return low;
}

function freeFrom(lane: Lane, place: number): number {
  const { next } = lane;
  let at = place;
  for (;;) {
    const after = next[at] as number;
    if (after === at) return at;
    next[at] = next[after] as number;
    at = after;
  }
}
