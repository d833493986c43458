import { describe, expect, it } from "vitest";
import type { HostSpec, HostState, Item } from "#schedule";
import { detectionMs } from "../../helpers/schedule/simulated-host.ts";
import { plainHost, simulate, type Simulation } from "../../helpers/schedule/simulate.ts";

function items(count: number, weight = 100): Item[] {
  return Array.from({ length: count }, (_, number) => ({ id: `item-${number}`, weight }));
}

function onMac(host: HostSpec): boolean {
  return host.labels?.includes("mac") === true;
}

function nowhere(): boolean {
  return false;
}

function statesOf(simulation: Simulation, name: string): HostState[] {
  return simulation.log.flatMap(({ action }) =>
    action.type === "host" && action.host === name ? [action.state] : [],
  );
}

function startsOn(simulation: Simulation, name: string): number[] {
  return simulation.log.flatMap(({ at, action }) =>
    action.type === "start" && action.lease.host === name ? [at] : [],
  );
}

function failedLeases(simulation: Simulation): number {
  return simulation.outcome.perHost.reduce((sum, { retries }) => sum + retries, 0);
}

describe("hosts that fail", () => {
  it("a frozen host loses its leases and its units are redone elsewhere; what it answers later is not counted", () => {
    const frozen = plainHost("frozen", { slots: 2, faults: [{ type: "freeze", at: 300, ms: 4000 }] });
    const simulation = simulate({ items: items(200), hosts: [frozen, plainHost("well", { slots: 2 })] });
    expect(simulation.outcome.complete).toBe(true);
    expect(simulation.outcome.late).toBeGreaterThan(0);
    expect(statesOf(simulation, "frozen")).toContain("resting");
  });

  it("what a lost host had is done again before anything else, though the others have work ahead", () => {
    const down = plainHost("down", { slots: 2, faults: [{ type: "crash", at: 900, ms: 60_000 }] });
    const { log } = simulate({ items: items(2000), hosts: [down, plainHost("well", { slots: 2 })] });
    const lost = log.findIndex(({ action }) => action.type === "retry");
    const retried = log.filter(({ at, action }) => action.type === "retry" && at === log[lost]?.at).length;
    const next = log
      .slice(lost)
      .flatMap(({ action }) =>
        action.type === "start" && action.lease.host === "well" ? [action.lease] : [],
      );
    expect(retried).toBeGreaterThan(1);
    expect(next.slice(0, retried).map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: retried }, () => 2),
    );
  });

  it("a lost host is probed with one lease after growing rests, and works again once a probe succeeds", () => {
    const down = plainHost("down", { slots: 4, faults: [{ type: "crash", at: 500, ms: 12_000 }] });
    const simulation = simulate({ items: items(600), hosts: [down, plainHost("well")] });
    const starts = startsOn(simulation, "down");
    const probes = starts.filter((at) => at > 500 + detectionMs && at < 12_500);
    const rests = probes.slice(1).map((at, number) => at - (probes[number] ?? 0));
    expect(rests.length).toBeGreaterThan(0);
    expect(rests).toEqual(rests.toSorted((a, b) => a - b));
    expect(statesOf(simulation, "down").slice(-3)).toEqual(["resting", "probing", "ready"]);
    expect(starts.filter((at) => at > 12_500).length).toBeGreaterThan(4);
    expect(simulation.outcome.complete).toBe(true);
  });

  it("a host that takes down every worker is shut out before it makes good items look bad", () => {
    const killer = plainHost("killer", { slots: 4, losesEvery: 1 });
    const simulation = simulate({ items: items(400), hosts: [killer, plainHost("well", { slots: 2 })] });
    expect(simulation.outcome.complete).toBe(true);
    expect(startsOn(simulation, "killer").length).toBeLessThan(20);
  });

  it("a slow host's last lease is copied, and the first answer counts", () => {
    const slows = plainHost("slows", { faults: [{ type: "slow", at: 1500, ms: 1e6, factor: 0.01 }] });
    const simulation = simulate({ items: items(40), hosts: [slows, plainHost("well")] });
    expect(simulation.outcome.copies).toBeGreaterThan(0);
    expect(simulation.outcome.complete).toBe(true);
    expect(simulation.makespanMs).toBeLessThan(10_000);
  });

  it("hosts join and leave in mid-run without a trace in the results", () => {
    const simulation = simulate({
      items: items(100),
      hosts: [plainHost("leaves", { leavesAt: 1000 }), plainHost("joins", { joinsAt: 800, slots: 2 })],
    });
    expect(simulation.outcome.complete).toBe(true);
    expect(startsOn(simulation, "leaves").every((at) => at <= 1000)).toBe(true);
    expect(startsOn(simulation, "joins").length).toBeGreaterThan(0);
  });

  it("a host above its load limit gets nothing until the load is below it again", () => {
    const simulation = simulate({
      items: items(100),
      hosts: [plainHost("shared", { maxLoad: 2 }), plainHost("free")],
      script: [
        { at: 1000, input: { type: "host.load", host: "shared", load: 3 } },
        { at: 3000, input: { type: "host.load", host: "shared", load: 1 } },
      ],
    });
    const starts = startsOn(simulation, "shared");
    expect(starts.filter((at) => at >= 1000 && at < 3000)).toEqual([]);
    expect(starts.some((at) => at >= 3000)).toBe(true);
    expect(statesOf(simulation, "shared")).toEqual(["ready", "busy", "ready"]);
  });

  it("without any host left the fallback host finishes, and it is said", () => {
    const simulation = simulate({
      items: items(50),
      hosts: [plainHost("dies", { faults: [{ type: "crash", at: 500, ms: 1e7 }] })],
      fallback: plainHost("here"),
    });
    expect(simulation.outcome).toMatchObject({ end: "finished", complete: true, fellBack: true });
    expect(simulation.log.some(({ action }) => action.type === "fallback")).toBe(true);
  });

  it("without any host and without a fallback the run ends starved, with what is left", () => {
    const simulation = simulate({
      items: items(50),
      hosts: [plainHost("dies", { faults: [{ type: "crash", at: 500, ms: 1e7 }] })],
    });
    const { end, complete, unfinished } = simulation.outcome;
    const counted = simulation.counted.flatMap(({ lease }) => lease.items).length;
    expect({ end, complete, left: unfinished.length }).toEqual({
      end: "starved",
      complete: false,
      left: 50 - counted,
    });
    expect(unfinished.length).toBeGreaterThan(0);
  });

  it("nothing starts while the run is paused, and what ran goes on", () => {
    const simulation = simulate({
      items: items(60),
      hosts: [plainHost("only", { slots: 2 })],
      script: [
        { at: 700, input: { type: "paused" } },
        { at: 90_000, input: { type: "resumed" } },
      ],
    });
    expect(startsOn(simulation, "only").filter((at) => at >= 700 && at < 90_000)).toEqual([]);
    expect(simulation.outcome.complete).toBe(true);
  });
});

describe("items that fail", () => {
  it("one item of two hundred that kills its worker costs three workers and is given up alone", () => {
    const all = items(200, 10);
    const simulation = simulate({
      items: all,
      hosts: [plainHost("a", { slots: 2 }), plainHost("b", { slots: 2 })],
      itemModel: (item) => ({ cost: 1, fault: item.id === "item-77" ? "kills-worker" : undefined }),
    });
    expect(simulation.outcome.quarantined).toEqual([
      { item: all[77], reason: "took down 3 workers, the last time: killed" },
    ]);
    expect(simulation.outcome.unfinished).toEqual([]);
    expect(failedLeases(simulation)).toBe(3);
  });

  it("work that throws is tried once more on another host, then given up with its own message", () => {
    const [only] = items(1);
    const simulation = simulate({
      items: only === undefined ? [] : [only],
      hosts: [plainHost("a"), plainHost("b")],
      itemModel: () => ({ cost: 1, fault: "throws" }),
    });
    expect(simulation.outcome.quarantined).toEqual([{ item: only, reason: "threw" }]);
    expect(startsOn(simulation, "a").length).toBe(1);
    expect(startsOn(simulation, "b").length).toBe(1);
  });

  it("a kind that a host refuses goes elsewhere, and after some refusals is not offered there again", () => {
    const mixed = items(200).map((item, number) => ({ ...item, kind: number % 2 === 0 ? "gpu" : "cpu" }));
    const simulation = simulate({
      items: mixed,
      hosts: [plainHost("plain", { refuses: (item) => item.kind === "gpu" }), plainHost("gpu")],
    });
    expect(simulation.outcome.complete).toBe(true);
    const refused = simulation.outcome.perHost.find(({ host }) => host === "plain")?.retries ?? 0;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(4);
  });

  it("an item runs only where it fits, and one that fits nowhere is reported", () => {
    const all: Item[] = items(30).map((item, number) => {
      if (number === 0) return { ...item, fits: nowhere };
      return number < 10 ? { ...item, fits: onMac } : item;
    });
    const simulation = simulate({
      items: all,
      hosts: [plainHost("mac", { labels: ["mac"] }), plainHost("linux")],
    });
    for (const { lease } of simulation.counted)
      if (lease.items.some(({ fits }) => fits === onMac)) expect(lease.host).toBe("mac");
    expect(simulation.outcome).toMatchObject({ end: "starved", unfinished: [all[0]], quarantined: [] });
  });
});
