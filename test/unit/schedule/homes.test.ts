import { describe, expect, it } from "vitest";
import type { Item } from "#schedule";
import { logNormal, seeded } from "../../helpers/schedule/random.ts";
import { plainHost, simulate, type Simulation } from "../../helpers/schedule/simulate.ts";

const names = ["a", "b", "c", "d"];

function items(random: () => number, homes: readonly string[]): Item[] {
  return Array.from({ length: 3000 }, (_, number) => ({
    id: `item-${number}`,
    weight: Math.max(1, Math.round(logNormal(random, 5000, 1.2))),
    home: homes[number % homes.length],
  }));
}

function atHome({ counted }: Simulation): number {
  let home = 0;
  let all = 0;
  for (const { lease } of counted) {
    for (const item of lease.items) {
      all += item.weight;
      if (item.home === lease.host) home += item.weight;
    }
  }
  return home / all;
}

function run(homes: readonly string[], speeds: readonly number[], random = seeded(7)): Simulation {
  const hosts = names.map((name, place) =>
    plainHost(name, { slots: 2, speed: 400 * (speeds[place] ?? 1), overheadMs: 5, latencyMs: 1 }),
  );
  return simulate({ items: items(random, homes), hosts });
}

describe("items with a home", () => {
  it("are done there, nearly all of them, where the hosts are alike", () => {
    expect(atHome(run(names, [1, 1, 1, 1]))).toBeGreaterThan(0.9);
  });

  it("are taken by others where their home is slow, and that costs no time", () => {
    const speeds = [1, 1, 1, 0.25];
    const free = run([], speeds).makespanMs;
    const bound = run(names, speeds);
    expect(bound.makespanMs / free).toBeLessThan(1.05);
    expect(atHome(bound)).toBeGreaterThan(0.7);
  });

  it("are done all the same where their home never comes", () => {
    const simulation = run(["nobody", "a"], [1, 1, 1, 1]);
    expect(simulation.outcome.complete).toBe(true);
    expect(simulation.makespanMs / run([], [1, 1, 1, 1]).makespanMs).toBeLessThan(1.05);
  });
});
