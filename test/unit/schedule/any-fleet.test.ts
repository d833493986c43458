import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Item } from "#schedule";
import { plainHost, simulate, type Simulation, type World } from "../../helpers/schedule/simulate.ts";
import type { Fault, HostModel, ItemModel } from "../../helpers/schedule/simulated-host.ts";

const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({
    type: fc.constantFrom("crash" as const, "freeze" as const),
    at: fc.integer({ min: 0, max: 20_000 }),
    ms: fc.integer({ min: 100, max: 15_000 }),
  }),
  fc.record({
    type: fc.constant("slow" as const),
    at: fc.integer({ min: 0, max: 20_000 }),
    ms: fc.integer({ min: 100, max: 30_000 }),
    factor: fc.constantFrom(0.05, 0.3, 0.7),
  }),
);

const hostChanges = fc.record({
  slots: fc.integer({ min: 1, max: 4 }),
  speed: fc.constantFrom(0.25, 0.5, 1, 2, 4),
  overheadMs: fc.integer({ min: 0, max: 50 }),
  latencyMs: fc.integer({ min: 0, max: 200 }),
  joinsAt: fc.option(fc.integer({ min: 0, max: 10_000 }), { nil: undefined }),
  leavesAt: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined }),
  losesEvery: fc.option(fc.integer({ min: 2, max: 30 }), { nil: undefined }),
  faults: fc.array(fault, { maxLength: 3 }),
});

interface Plan {
  readonly item: Item;
  readonly model: ItemModel;
}

const plans: fc.Arbitrary<readonly Plan[]> = fc
  .array(
    fc.record({
      weight: fc.integer({ min: 1, max: 3000 }),
      kind: fc.constantFrom(undefined, "a", "b"),
      home: fc.constantFrom(undefined, undefined, "host-0", "host-1", "nobody"),
      cost: fc.constantFrom(0.3, 1, 1, 1, 4),
      fault: fc.oneof(
        { weight: 30, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constantFrom("kills-worker" as const, "throws" as const) },
      ),
    }),
    // Without a size of its own, arrays would hardly be longer than ten.
    { maxLength: 150, size: "max" },
  )
  .map((entries) =>
    entries.map(({ weight, kind, home, cost, fault }, number) => ({
      item: { id: `item-${number}`, weight, kind, home },
      model: { cost, fault },
    })),
  );

function worldOf(hosts: readonly HostModel[], plans: readonly Plan[], more: Partial<World> = {}): World {
  const models = new Map(plans.map(({ item, model }) => [item, model]));
  return {
    hosts,
    items: plans.map(({ item }) => item),
    itemModel: (item) => models.get(item) ?? { cost: 1 },
    ...more,
  };
}

/** What became of each item: exactly one of counted, quarantined, unfinished. */
function expectEachOnce(world: World, { outcome, counted }: Simulation): void {
  const fates = [
    ...counted.flatMap(({ lease }) => lease.items.map(({ id }) => id)),
    ...outcome.quarantined.map(({ item }) => item.id),
    ...outcome.unfinished.map(({ id }) => id),
  ];
  expect(fates.toSorted()).toEqual(world.items.map(({ id }) => id).toSorted());
}

function ids(items: readonly Item[]): string[] {
  return items.map(({ id }) => id).toSorted();
}

describe("any fleet, any faults, any order", () => {
  it("gives every item exactly one result, or gives it up, or reports it unfinished", () => {
    fc.assert(
      fc.property(fc.array(hostChanges, { maxLength: 6 }), plans, (changes, plans) => {
        const hosts = changes.map((change, number) => plainHost(`host-${number}`, change));
        const world = worldOf(hosts, plans);
        expectEachOnce(world, simulate(world));
      }),
      { numRuns: 300 },
    );
  });

  it("finishes everything as long as one healthy host remains, and gives up bad items only", () => {
    fc.assert(
      fc.property(fc.array(hostChanges, { maxLength: 5 }), plans, (changes, plans) => {
        // A host that kills workers at random makes any item look bad; the tests of suspects cover it.
        const hosts = changes.map((change, number) =>
          plainHost(`host-${number}`, { ...change, losesEvery: undefined }),
        );
        const world = worldOf([...hosts, plainHost("healthy", { slots: 2 })], plans);
        const { outcome, counted } = simulate(world);
        const bad = plans.filter(({ model }) => model.fault !== undefined).map(({ item }) => item);
        expect(outcome.end).toBe("finished");
        expect(outcome.unfinished).toEqual([]);
        expect(ids(outcome.quarantined.map(({ item }) => item))).toEqual(ids(bad));
        expect(counted.length).toBeGreaterThanOrEqual(bad.length === plans.length ? 0 : 1);
      }),
      { numRuns: 300 },
    );
  });

  it("finishes on the fallback host whatever happens to the others", () => {
    fc.assert(
      fc.property(fc.array(hostChanges, { maxLength: 4 }), plans, (changes, plans) => {
        const hosts = changes.map((change, number) =>
          plainHost(`host-${number}`, { ...change, leavesAt: 5000 }),
        );
        const healthy = plans.map(({ item, model }) => ({ item, model: { cost: model.cost } }));
        const world = worldOf(hosts, healthy, { fallback: plainHost("here", { slots: 2 }) });
        const simulation = simulate(world);
        expectEachOnce(world, simulation);
        expect(simulation.outcome.unfinished).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it("decides the same for the same world", () => {
    fc.assert(
      fc.property(fc.array(hostChanges, { maxLength: 5 }), plans, (changes, plans) => {
        const world = worldOf(
          changes.map((change, number) => plainHost(`host-${number}`, change)),
          plans,
        );
        expect(simulate(world).log).toEqual(simulate(world).log);
      }),
      { numRuns: 50 },
    );
  });

  it("holds through pauses, changes of slots, loads and a cancel at any time", () => {
    const at = fc.integer({ min: 0, max: 15_000 });
    const host = fc.constantFrom("host-0", "host-1", "nobody");
    const scripted = fc.record({
      at,
      input: fc.oneof(
        fc.record({ type: fc.constant("host.slots" as const), host, slots: fc.integer({ min: 0, max: 5 }) }),
        fc.record({ type: fc.constant("host.load" as const), host, load: fc.integer({ min: 0, max: 8 }) }),
        fc.record({ type: fc.constant("host.dropped" as const), host }),
        fc.record({ type: fc.constant("paused" as const) }),
        fc.record({ type: fc.constant("resumed" as const) }),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(hostChanges, { minLength: 2, maxLength: 4 }),
        plans,
        fc.array(scripted, { maxLength: 8 }),
        fc.option(at, { nil: undefined }),
        (changes, plans, script, cancelAt) => {
          const hosts = changes.map((change, number) =>
            plainHost(`host-${number}`, { ...change, maxLoad: 4 }),
          );
          const end = { at: 15_001, input: { type: "resumed" as const } };
          const cancel =
            cancelAt === undefined ? [] : [{ at: cancelAt, input: { type: "cancelled" as const } }];
          const world = worldOf(hosts, plans, { script: [...script, end, ...cancel] });
          expectEachOnce(world, simulate(world));
        },
      ),
      { numRuns: 200 },
    );
  });
});
