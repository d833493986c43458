/**
 * What the scheduler makes of a fleet, in virtual time: the decision core is the one that runs, hosts and files are
 * simulated. Prints utilisation until the last 2 % of the work and makespan against the ideal.
 *
 *     node bench/simulate.ts [--seeds 3] [--json]
 */
import { parseArgs } from "node:util";
import type { Item } from "#schedule";
import { logNormal, seeded } from "../test/helpers/schedule/random.ts";
import { plainHost, simulate, type Simulation, type World } from "../test/helpers/schedule/simulate.ts";
import type { Fault, HostModel } from "../test/helpers/schedule/simulated-host.ts";
import { printFigures } from "./lib/print.ts";
import { median } from "./lib/statistics.ts";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "3" }, json: { type: "boolean", default: false } },
});
const seeds = Array.from({ length: Number(values.seeds) }, (_, seed) => seed + 1);
/** Bytes per millisecond of a slot at speed 1: about what parsing and measuring take … */
const analysisSpeed = 4000;
/** … and work that keeps a hundred hosts busy for some minutes, so that hosts fail in mid-run. */
const heavySpeed = 40;

/** Sizes of a large source tree: median 5 kB, a long tail up to some megabytes. */
function files(count: number, random: () => number): Item[] {
  return Array.from({ length: count }, (_, number) => ({
    id: `file-${number}`,
    weight: Math.max(1, Math.min(4_000_000, Math.round(logNormal(random, 5000, 1.3)))),
  }));
}

/** The same byte does not always cost the same. */
function costs(items: readonly Item[], random: () => number): World["itemModel"] {
  const byItem = new Map(items.map((item) => [item, logNormal(random, 1, 0.3)]));
  return (item) => ({ cost: byItem.get(item) ?? 1 });
}

function worldOf(hosts: readonly HostModel[], count: number, random: () => number): World {
  const items = files(count, random);
  return { items, hosts, itemModel: costs(items, random) };
}

function hundredHosts(random: () => number, speed: number, failureRate: number): HostModel[] {
  return Array.from({ length: 100 }, (_, number) =>
    plainHost(`host-${number}`, {
      slots: 1 + Math.floor(random() * 8),
      speed: speed * 0.25 * 16 ** random(),
      overheadMs: 4 + random() * 8,
      latencyMs: random() * 25,
      faults: failures(random, failureRate),
    }),
  );
}

/** A host's crashes and freezes of 5 to 65 seconds in a quarter of an hour, at a rate per minute. */
function failures(random: () => number, rate: number): Fault[] {
  const faults: Fault[] = [];
  for (let minute = 0; minute < 15; minute++) {
    if (random() >= rate) continue;
    const type = random() < 0.5 ? "crash" : "freeze";
    faults.push({ type, at: (minute + random()) * 60_000, ms: 5000 + random() * 60_000 });
  }
  return faults;
}

function workOf(world: World): number {
  return world.items.reduce((sum, item) => sum + item.weight * (world.itemModel?.(item).cost ?? 1), 0);
}

/** Milliseconds the hosts would need if they never waited, had no overhead and shared the work freely. */
function idealMs(world: World): number {
  const capacity = world.hosts.reduce((sum, { speed, spec }) => sum + speed * spec.slots, 0);
  return workOf(world) / capacity;
}

/** Work counted by the time 98 % of it is, over what the hosts that were up could have done until then. */
function utilisation(world: World, simulation: Simulation): number {
  const total = workOf(world);
  let done = 0;
  let until = 0;
  for (const { at, lease } of simulation.counted) {
    for (const item of lease.items) done += item.weight * (world.itemModel?.(item).cost ?? 1);
    until = at;
    if (done >= total * 0.98) break;
  }
  let capacity = 0;
  for (const { model, rateAt } of upTimes(simulation))
    capacity += model.spec.slots * model.speed * rateAt(until);
  return done / capacity;
}

/** For each host the milliseconds it was up until a time. */
function upTimes(simulation: Simulation): { model: HostModel; rateAt: (until: number) => number }[] {
  return [...simulation.hosts.values()].map(({ model }) => ({
    model,
    rateAt: (until) =>
      (model.faults ?? []).reduce(
        (up, { at, ms }) => up - Math.max(0, Math.min(until, at + ms) - Math.min(until, at)),
        until,
      ),
  }));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function largeFleet(count: number, speed: number, failureRate: number): Record<string, number> {
  const runs = seeds.map((seed) => {
    const random = seeded(seed);
    const world = worldOf(hundredHosts(random, speed, failureRate), count, random);
    const simulation = simulate(world);
    const leases = simulation.outcome.perHost.reduce((sum, { leases }) => sum + leases, 0);
    return {
      utilisation: utilisation(world, simulation),
      overIdeal: simulation.makespanMs / idealMs(world),
      seconds: simulation.makespanMs / 1000,
      leases,
      retries: simulation.outcome.retries,
      copies: simulation.outcome.copies,
    };
  });
  const of = (key: keyof (typeof runs)[number]): number => rounded(median(runs.map((run) => run[key])));
  return {
    "utilisation until the last 2 %": of("utilisation"),
    "least of all seeds": rounded(Math.min(...runs.map((run) => run.utilisation))),
    "makespan / ideal": of("overIdeal"),
    "makespan, s": of("seconds"),
    leases: of("leases"),
    retries: of("retries"),
    copies: of("copies"),
  };
}

function equalHosts(count: number, seed: number): number {
  const random = seeded(seed);
  const hosts = Array.from({ length: count }, (_, number) =>
    plainHost(`host-${number}`, { slots: 1, speed: analysisSpeed, overheadMs: 6, latencyMs: 1 }),
  );
  return simulate(worldOf(hosts, 30_000, random)).makespanMs;
}

function quarterSpeed(seed: number): number {
  const random = seeded(seed);
  const hosts = [1, 1, 1, 0.25].map((factor, number) =>
    plainHost(`host-${number}`, { slots: 2, speed: analysisSpeed * factor, overheadMs: 6, latencyMs: 1 }),
  );
  const world = worldOf(hosts, 30_000, random);
  return simulate(world).makespanMs / idealMs(world);
}

const one = median(seeds.map((seed) => equalHosts(1, seed)));
printFigures("the scheduler in virtual time", {
  "100 hosts, 0.25 to 4 times, 1 % failing a minute": largeFleet(300_000, heavySpeed, 0.01),
  "the same, 10 % failing a minute": largeFleet(300_000, heavySpeed, 0.1),
  "a run of seconds on 100 hosts": largeFleet(900_000, analysisSpeed, 0.01),
  "equal hosts, times as fast as one": Object.fromEntries(
    [2, 4, 8].map((count) => [
      `${count} hosts`,
      rounded(one / median(seeds.map((seed) => equalHosts(count, seed)))),
    ]),
  ),
  "one of four hosts at quarter speed": {
    "makespan / ideal": rounded(median(seeds.map(quarterSpeed))),
    "worst of all seeds": rounded(Math.max(...seeds.map(quarterSpeed))),
  },
});
