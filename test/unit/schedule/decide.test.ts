import { describe, expect, it } from "vitest";
import { decide } from "../../../src/schedule/decide.ts";
import { nextWake } from "../../../src/schedule/ending.ts";
import { newState, type State } from "../../../src/schedule/state.ts";
import type { Action, Input, Item } from "../../../src/schedule/types.ts";
import type { Lease } from "#schedule";

/** One lease holds whatever there is, and no failure of a host hides what is asked here. */
const options = { startDivisor: 0.01, breakerFailures: 1000, prefetch: 0 };

function stateWith(items: number, hosts: readonly string[]): State {
  const state = newState({
    items: Array.from({ length: items }, (_, number) => ({ id: `item-${number}`, weight: 1 })),
    options,
  });
  for (const name of hosts) decide(state, { type: "host.joined", host: { name, slots: 1 } }, 0);
  return state;
}

function startedBy(actions: readonly Action[]): Lease[] {
  return actions.flatMap((action) => (action.type === "start" ? [action.lease] : []));
}

/** Feeds an input that is expected to start exactly one lease. */
function nextLease(state: State, input: Input, now: number): Lease {
  const [lease, ...others] = startedBy(decide(state, input, now));
  if (lease === undefined || others.length > 0) throw new Error("not exactly one lease was started");
  return lease;
}

function itemsOf(kind: string, count: number, home: string): Item[] {
  return Array.from({ length: count }, (_, number) => ({
    id: `${kind}-${home}-${number}`,
    weight: 1,
    kind,
    home,
  }));
}

function done(lease: Lease): Input {
  return { type: "lease.done", lease: lease.id };
}

function failed(lease: Lease): Input {
  return { type: "lease.failed", lease: lease.id, failure: "failed", message: "threw" };
}

/** The first lease of a host that has a hundred items at home, beside another that has so many of a kind of its own. */
function firstOfHundred(others: number): Lease {
  const items = [...itemsOf("here", 100, "here"), ...itemsOf("there", others, "there")];
  const state = newState({ items, options: { prefetch: 0, overheadMs: 0 } });
  const speeds = { here: 0.1, there: 0.1 };
  for (const name of ["here", "there"])
    decide(state, { type: "host.joined", host: { name, slots: 1, speeds } }, 0);
  const lease = startedBy(decide(state, { type: "begun" }, 0)).find(({ host }) => host === "here");
  if (lease === undefined) throw new Error("nothing was started");
  return lease;
}

describe("decide", () => {
  it("an item is not given up for what its neighbours did when its host is dropped", () => {
    const state = stateWith(9, ["only"]);
    const all = nextLease(state, { type: "begun" }, 0);
    const group = nextLease(state, failed(all), 10);
    const alone = nextLease(state, failed(group), 20);
    expect([all, group, alone].map(({ items }) => items.length)).toEqual([9, 3, 1]);
    expect(alone.attempt).toBe(3);
    const actions = decide(state, { type: "host.dropped", host: "only" }, 30);
    expect(actions.map(({ type }) => type)).toEqual(["stop", "retry", "host"]);
    expect(state.quarantined).toEqual([]);
  });

  it("a lost host's lease has a new epoch when it is given to the same host again", () => {
    const state = stateWith(1, ["only"]);
    const first = nextLease(state, { type: "begun" }, 0);
    decide(state, { type: "lease.failed", lease: first.id, failure: "host-lost", message: "silent" }, 10);
    const again = nextLease(state, { type: "host.joined", host: { name: "only", slots: 1 } }, 20);
    expect(again).toMatchObject({ unit: first.unit, attempt: 2, epoch: first.epoch + 1 });
    expect(decide(state, { type: "lease.done", lease: first.id }, 30)).toEqual([
      { type: "late", lease: first.id },
    ]);
    expect(decide(state, { type: "lease.done", lease: again.id }, 40).map(({ type }) => type)).toEqual([
      "count",
      "finish",
      "host",
    ]);
  });

  it("a fleet that nobody knows begins with little, however much there is", () => {
    const items = Array.from({ length: 10_000 }, (_, number) => ({ id: `item-${number}`, weight: 1 }));
    const state = newState({ items, options: { startWeight: 20 } });
    decide(state, { type: "host.joined", host: { name: "first", slots: 1 } }, 0);
    expect(nextLease(state, { type: "begun" }, 0).items.length).toBe(20);
  });

  it("a host helps with a kind it knows before one that is new to it, and with that while it pays", () => {
    const items = [
      ...itemsOf("known", 3, "here"),
      ...itemsOf("new", 400, "there"),
      ...itemsOf("known", 1, "there"),
    ];
    const state = newState({ items, options: { prefetch: 0, maxItems: 1, maxCopies: 0 } });
    decide(state, { type: "host.joined", host: { name: "here", slots: 1 } }, 0);
    decide(state, { type: "host.joined", host: { name: "there", slots: 1, speeds: { new: 0.01 } } }, 0);
    const [first] = startedBy(decide(state, { type: "begun" }, 0)).filter(({ host }) => host === "here");
    if (first === undefined) throw new Error("nothing was started");
    const taken: string[] = [];
    // What it loads for its first item takes a second; the other two take a tenth of one.
    let lease = first;
    for (const now of [1000, 1100, 1200, 1300]) {
      lease = nextLease(state, done(lease), now);
      taken.push(lease.items[0]?.id ?? "");
    }
    expect(taken).toEqual(["known-here-1", "known-here-2", "known-there-0", "new-there-1"]);
  });

  it("a host takes no new kind when all will be over before it has loaded it", () => {
    const items = [
      ...["a", "b", "c"].map((id) => ({ id, weight: 1, kind: "known", home: "here" })),
      ...["d", "e"].map((id) => ({ id, weight: 1, kind: "new", home: "there" })),
    ];
    const state = newState({ items, options: { prefetch: 0, maxItems: 1, maxCopies: 0 } });
    decide(state, { type: "host.joined", host: { name: "here", slots: 1 } }, 0);
    decide(state, { type: "host.joined", host: { name: "there", slots: 1, speeds: { new: 0.01 } } }, 0);
    const leases = startedBy(decide(state, { type: "begun" }, 0));
    let lease = leases.find(({ host }) => host === "here");
    for (const now of [1000, 1100]) if (lease !== undefined) lease = nextLease(state, done(lease), now);
    if (lease === undefined) throw new Error("nothing was started");
    expect(startedBy(decide(state, done(lease), 1200))).toEqual([]);
    const [theirs] = leases.filter(({ host }) => host === "there");
    if (theirs === undefined) throw new Error("nothing was started there");
    expect(nextLease(state, done(theirs), 1300)).toMatchObject({ host: "there", items: [{ id: "e" }] });
  });

  it("a lease is as long as all that is left allows, however little of that is of its kind", () => {
    // Half of what two hosts need for all: of 110 items 27, of 190 items 47.
    expect(firstOfHundred(10).items.length).toBe(27);
    expect(firstOfHundred(90).items.length).toBe(47);
  });

  it("what a host has at home is next, not kept out by work of others that is sent ahead", () => {
    const items = [
      ...itemsOf("known", 2, "here"),
      ...itemsOf("new", 10, "here"),
      ...itemsOf("known", 400, "there"),
    ];
    const state = newState({ items, options: { maxItems: 1, maxCopies: 0 } });
    decide(state, { type: "host.joined", host: { name: "here", slots: 1, speeds: { known: 0.01 } } }, 0);
    decide(state, { type: "host.joined", host: { name: "there", slots: 1, speeds: { known: 0.01 } } }, 0);
    const leases = startedBy(decide(state, { type: "begun" }, 0)).filter(({ host }) => host === "here");
    expect(leases.map((lease) => lease.items[0]?.id)).toEqual(["known-here-0", "known-here-1"]);
    const [first, second] = leases;
    if (first === undefined || second === undefined) throw new Error("nothing was started");
    expect(startedBy(decide(state, done(first), 100))).toEqual([]);
    expect(nextLease(state, done(second), 200).items[0]?.id).toBe("new-here-0");
  });

  it("asks to be woken later than now only, also when a rest ends while nothing waits", () => {
    const state = stateWith(2, ["a", "b"]);
    const [first] = startedBy(decide(state, { type: "begun" }, 0));
    if (first === undefined) throw new Error("nothing was started");
    decide(state, { type: "lease.failed", lease: first.id, failure: "host-lost", message: "silent" }, 10);
    for (let now = 10, wakes = 0; wakes < 50; wakes++) {
      const at = nextWake(state, now);
      if (at === undefined) break;
      expect(at).toBeGreaterThan(now);
      now = at;
      decide(state, { type: "woke" }, now);
    }
  });
});
