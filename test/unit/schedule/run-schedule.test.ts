import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type EventBody, systemClock } from "#kernel";
import { type Item, type Lease, LeaseFailure, runSchedule, type ScheduleControl } from "#schedule";

function items(count: number): Item[] {
  return Array.from({ length: count }, (_, number) => ({ id: `item-${number}`, weight: 1 + (number % 7) }));
}

const twoHosts = [
  { name: "a", slots: 2 },
  { name: "b", slots: 1 },
];

/** Rejects as soon as the signal is aborted; else resolves in the next turn of the loop. */
async function work(signal: AbortSignal, ms = 1): Promise<string> {
  await sleep(ms, undefined, { signal });
  return "done";
}

describe("runSchedule", () => {
  it("hands each result on once, tells what happens, and shares the work", async () => {
    const events: EventBody[] = [];
    const counted: string[] = [];
    const outcome = await runSchedule({
      items: items(100),
      hosts: twoHosts,
      clock: systemClock,
      execute: (_host, _lease, signal) => work(signal),
      onResult: (lease) => counted.push(...lease.items.map(({ id }) => id)),
      onEvent: (event) => events.push(event),
    });
    expect(outcome).toMatchObject({ end: "finished", complete: true, retries: 0 });
    expect(counted.toSorted()).toEqual(
      items(100)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(outcome.perHost.reduce((sum, { items }) => sum + items, 0)).toBe(100);
    const finished = events.filter(({ type }) => type === "unit.finished");
    const started = events.filter(({ type }) => type === "lease.started");
    expect(finished.length).toBe(started.length);
    expect(events.filter(({ type }) => type === "host.state").length).toBe(2);
  });

  it("an empty run is complete without any host", async () => {
    const outcome = await runSchedule<Item, never>({
      items: [],
      hosts: [],
      execute: () => Promise.reject(new Error("nothing to do")),
      onResult: () => {},
    });
    expect(outcome).toMatchObject({ end: "finished", complete: true });
  });

  it("a lost host's work is done by the other, with a higher attempt", async () => {
    const attempts: number[] = [];
    const outcome = await runSchedule({
      items: items(50),
      hosts: twoHosts,
      execute: async (host, _lease, signal) => {
        if (host === "a") throw new LeaseFailure("host-lost", 'host "a" was lost');
        return work(signal);
      },
      onResult: (lease) => attempts.push(lease.attempt),
    });
    expect(outcome.complete).toBe(true);
    expect(Math.max(...attempts)).toBeGreaterThan(1);
    expect(outcome.perHost.find(({ host }) => host === "a")?.items).toBe(0);
  });

  it("an abort stops what runs and resolves with what is left", async () => {
    const controller = new AbortController();
    const aborted: boolean[] = [];
    const outcome = await runSchedule({
      items: items(20),
      hosts: twoHosts,
      signal: controller.signal,
      execute: async (_host, _lease, signal) => {
        controller.abort();
        await work(signal, 60_000).catch(() => aborted.push(signal.aborted));
        throw new LeaseFailure("failed", "was aborted");
      },
      onResult: () => {},
    });
    expect(outcome).toMatchObject({ end: "cancelled", complete: false, quarantined: [] });
    expect(outcome.unfinished.length).toBe(20);
    expect(aborted.length).toBeGreaterThan(0);
    expect(aborted.every(Boolean)).toBe(true);
  });

  it("a signal that is already aborted starts nothing", async () => {
    const started: Lease[] = [];
    const outcome = await runSchedule({
      items: items(3),
      hosts: twoHosts,
      signal: AbortSignal.abort(),
      execute: (_host, lease) => Promise.resolve(started.push(lease)),
      onResult: () => {},
    });
    expect(outcome.end).toBe("cancelled");
    expect(started).toEqual([]);
  });

  it("anything but a LeaseFailure is a defect: the run rejects with it after aborting the rest", async () => {
    const defect = new TypeError("a defect");
    let aborted = 0;
    const run = runSchedule({
      items: items(20),
      hosts: twoHosts,
      execute: async (host, _lease, signal) => {
        if (host === "b") throw defect;
        return work(signal, 60_000).catch(() => void aborted++);
      },
      onResult: () => {},
    });
    await expect(run).rejects.toBe(defect);
    expect(aborted).toBeGreaterThan(0);
  });

  it("a callback that throws ends the run with its error", async () => {
    const defect = new Error("cannot merge");
    let started = 0;
    const run = runSchedule({
      items: items(200),
      hosts: twoHosts,
      // Deaf to its signal: an answer after the end must not start anything.
      execute: () => sleep(++started),
      onResult: () => {
        throw defect;
      },
    });
    await expect(run).rejects.toBe(defect);
    expect(started).toBeLessThanOrEqual(5);
  });

  it("hosts come and go from within callbacks, and what a dropped host had is done elsewhere", async () => {
    let control: ScheduleControl | undefined;
    const hosts = new Set<string>();
    const outcome = await runSchedule({
      items: items(80),
      hosts: [{ name: "first", slots: 1 }],
      onControl: (given) => (control = given),
      execute: (_host, _lease, signal) => work(signal),
      onResult: (lease) => {
        hosts.add(lease.host);
        control?.addHost({ name: "second", slots: 2 });
        control?.dropHost("first");
      },
    });
    expect(outcome.complete).toBe(true);
    expect([...hosts]).toEqual(["first", "second"]);
  });

  it("refuses items it could not account for", async () => {
    const request = { hosts: twoHosts, execute: () => Promise.resolve(1), onResult: () => {} };
    const twice = { id: "x", weight: 1 };
    await expect(runSchedule({ ...request, items: [twice, twice] })).rejects.toThrow(TypeError);
    await expect(runSchedule({ ...request, items: [{ id: "x", weight: 0 }] })).rejects.toThrow(RangeError);
  });
});
