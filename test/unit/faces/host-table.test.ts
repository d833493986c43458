import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SessionLostError } from "#agents";
import type { EventBody } from "#kernel";
import { measure, shares } from "../../../src/faces/progress/measure.ts";
import {
  advance,
  type ProgressState,
  setDropped,
  startOfProgress,
} from "../../../src/faces/progress/progress-state.ts";
import { rates } from "../../../src/faces/progress/recent.ts";
import { slotsInUse } from "../../../src/faces/terminal/host-state.ts";
import { eventAt } from "../../helpers/faces/event-of.ts";
import { recordRun, someFiles } from "../../helpers/faces/recorded-run.ts";
import { plainHost } from "../../helpers/schedule/simulate.ts";

/** The state after these events, a second apart. */
function after(...bodies: EventBody[]): ProgressState {
  return bodies.reduce(
    (state, body, index) => advance(state, eventAt(body, index * 1000), index * 1000),
    startOfProgress("x", 0),
  );
}

function host(state: ProgressState, name: string) {
  const found = state.hosts.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
}

const ready = (name: string, slots = 4): EventBody => ({
  type: "host.ready",
  host: name,
  slots,
  cores: slots,
  platform: "linux-x64",
  started: "warm",
  ms: 200,
});
const lease = (name: string, unit: number, items = 3): EventBody => ({
  type: "lease.started",
  host: name,
  unit,
  attempt: 1,
  items,
  weight: 1000,
});
const done = (name: string, unit: number): EventBody => ({
  type: "unit.finished",
  host: name,
  unit,
  files: 3,
  bytes: 1000,
  ms: 10,
});

describe("what is known of each host", () => {
  test("a host that is lost gives its units back, says so once and when it is tried again", () => {
    const reason = new SessionLostError("mini", "nothing was heard for 3001 ms").message;
    const state = [
      ready("mini"),
      ...[1, 2, 3].map((unit) => lease("mini", unit)),
      ...[1, 2, 3].map((unit): EventBody => ({ type: "unit.retried", host: "mini", unit, reason })),
      {
        type: "host.state",
        host: "mini",
        state: "resting",
        reason: `${reason}; tried again in 4 s`,
      } as const,
    ].reduce((state, body) => advance(state, eventAt(body), 500), startOfProgress("x", 0));
    expect(host(state, "mini")).toMatchObject({
      phase: "lost",
      leases: [],
      retries: 3,
      takenBack: { units: 3 },
      restUntil: 4500,
      reason: "nothing was heard for 3001 ms",
    });
    expect(state.notes.filter(({ trouble }) => trouble).map(({ text }) => text)).toEqual([
      "mini: lost: nothing was heard for 3001 ms; 3 units go elsewhere; trying again in 4 s",
    ]);
  });

  test("a host that fails again and again rests; it is not lost", () => {
    const reason = "its worker died; tried again in 1 s";
    const state = after(ready("mini"), { type: "host.state", host: "mini", state: "resting", reason });
    expect(host(state, "mini")).toMatchObject({ phase: "resting", reason: "its worker died" });
  });

  test("the first result of a unit ends its copies, too", () => {
    const copied: EventBody = { type: "unit.copied", host: "gpu", unit: 7, attempt: 2 };
    const state = after(ready("desk"), ready("gpu"), lease("desk", 7), copied);
    expect(host(state, "gpu").leases).toMatchObject([{ unit: 7, copyOf: "desk", items: 3 }]);
    expect(host(state, "desk").leases).toMatchObject([{ unit: 7, copied: true }]);
    expect(state.notes.at(-1)?.text).toBe("gpu: runs a copy of unit 7, which is late on desk");
    const ended = advance(state, eventAt(done("gpu", 7)), 9000);
    expect(ended.hosts.map(({ leases, units }) => [leases.length, units])).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });

  test("a file that is given up holds no slot", () => {
    const state = after(
      ready("desk"),
      lease("desk", 1),
      { type: "lease.started", host: "desk", unit: 2, attempt: 3, items: 1, weight: 5 },
      { type: "file.quarantined", path: "poison.ts", reason: "no worker survived it", unit: 2 },
    );
    expect(host(state, "desk").leases.map(({ unit }) => unit)).toEqual([1]);
  });

  test("a host that could not be used keeps its reason; one that is dropped keeps what it did", () => {
    const message = 'host "mini" refused the connection';
    const state = after(
      { type: "host.connecting", host: "mini" },
      {
        type: "host.failed",
        host: "mini",
        step: "connect",
        message,
        hint: "caelum fleet doctor mini",
        retry: false,
      },
      ready("desk"),
      lease("desk", 1),
      done("desk", 1),
      lease("desk", 2),
      { type: "host.state", host: "desk", state: "left", reason: "dropped" },
    );
    expect(host(state, "mini")).toMatchObject({ phase: "failed", reason: "refused the connection" });
    expect(host(state, "desk")).toMatchObject({ phase: "dropped", leases: [], files: 3, units: 1 });
    expect(state.notes.map(({ text }) => text)).toEqual([
      "mini: refused the connection; try: caelum fleet doctor mini",
      "desk: ready after 0.2 s, 4 slots",
      "desk: dropped; 1 unit goes elsewhere",
    ]);
  });

  test("a host that leaves before it ever joined is gone, too", () => {
    const state = after(
      { type: "fleet.changed", joined: ["mini", "desk"], left: [] },
      { type: "host.connecting", host: "mini" },
      { type: "fleet.changed", joined: [], left: ["mini", "unheard"] },
    );
    expect(state.hosts.map(({ name, phase }) => [name, phase])).toEqual([
      ["mini", "dropped"],
      ["desk", "new"],
    ]);
    expect(setDropped(state, "desk").hosts.map(({ phase }) => phase)).toEqual(["dropped", "dropped"]);
  });

  test("nothing a host or a file name says can move the cursor or hide what follows", () => {
    const nasty = "a\u001B[2Jb\r\nc\u202Ed\u0007\u009B31m";
    const state = after(
      ready("mini"),
      { type: "host.failed", host: "mini", step: "agent", message: nasty, hint: nasty, retry: true },
      { type: "file.quarantined", path: nasty, reason: nasty },
      { type: "worker.lost", host: "mini", reason: nasty },
      { type: "unit.retried", host: "mini", unit: 1, reason: nasty },
      { type: "host.state", host: "mini", state: "resting", reason: nasty },
      { type: "host.state", host: "mini", state: "busy", reason: nasty },
      { type: "fallback.started", host: "local", reason: nasty },
      { type: "fleet.changed", joined: [], left: [], problem: nasty },
      { type: "cache.failed", message: nasty },
    );
    for (const text of [...state.notes.map((note) => note.text), host(state, "mini").reason]) {
      expect(text).not.toMatch(/[\p{Cc}\u202E]/u);
    }
  });

  test("the notes of a long run stay few", () => {
    const bodies = Array.from({ length: 1000 }, (_, index): EventBody => ({
      type: "worker.lost",
      host: "mini",
      reason: `${index}`,
    }));
    const { notes } = after(...bodies);
    expect(notes).toHaveLength(200);
    expect(notes.at(-1)).toMatchObject({ key: 999, text: "mini: a worker was lost (999)" });
  });
});

describe("whatever a fleet does", () => {
  const faults = fc.array(
    fc.oneof(
      fc.record({
        type: fc.constant("crash" as const),
        at: fc.nat(9000),
        ms: fc.integer({ min: 1, max: 9000 }),
      }),
      fc.record({
        type: fc.constant("freeze" as const),
        at: fc.nat(9000),
        ms: fc.integer({ min: 1, max: 9000 }),
      }),
    ),
    { maxLength: 3 },
  );
  const fleets = fc.array(
    fc.record({
      slots: fc.integer({ min: 1, max: 9 }),
      speed: fc.integer({ min: 1, max: 30 }),
      faults: faults,
      losesEvery: fc.option(fc.integer({ min: 2, max: 20 }), { nil: undefined }),
      leavesAt: fc.option(fc.nat(5000), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 6 },
  );

  test("figures stay sane: parts, shares and slots within bounds, nothing negative, estimates finite", () => {
    fc.assert(
      fc.property(fleets, fc.nat(400), (models, files) => {
        const events = recordRun({
          items: someFiles(files, 300_000),
          hosts: models.map((model, index) => plainHost(`h${index}`, model)),
          fallback: plainHost("local", { slots: 2 }),
        });
        let state = startOfProgress("x", 0);
        for (const [index, { at, body }] of events.entries()) {
          state = advance(state, eventAt(body, at), at);
          // What the scheduler decides at one time belongs together.
          if (events[index + 1]?.at !== at) checkFigures(state, at);
        }
        const given = events.flatMap(({ body }) => (body.type === "unit.finished" ? [body.files] : []));
        const counted = given.reduce((sum, files) => sum + files, 0);
        expect(state.hosts.reduce((sum, one) => sum + one.files, 0)).toBe(counted);
        expect(state.workedFiles).toBe(counted);
        expect(state.hosts.flatMap(({ leases }) => leases)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

function checkFigures(state: ProgressState, now: number): void {
  const { part = 0, leftMs = 0, bytesPerSecond = 0, filesPerSecond = 0 } = measure(state, now + 700);
  const parts = shares(state);
  const total = parts.reduce((sum, share) => sum + share, 0);
  if (state.workedBytes > 0) expect(total).toBeCloseTo(1);
  const speeds = state.hosts.flatMap(({ recent }) => {
    const measured = recent === undefined ? undefined : rates(recent, now, 500);
    return measured === undefined ? [] : [measured.bytesPerSecond, measured.filesPerSecond];
  });
  for (const figure of [part, leftMs, bytesPerSecond, filesPerSecond, ...parts, ...speeds]) {
    expect(Number.isFinite(figure) && figure >= 0).toBe(true);
  }
  expect(part).toBeLessThanOrEqual(1);
  for (const one of state.hosts) {
    expect(slotsInUse(one)).toBeLessThanOrEqual(one.slots ?? Infinity);
    for (const figure of [one.files, one.units, one.bytes, one.retries])
      expect(figure).toBeGreaterThanOrEqual(0);
    if (["lost", "resting", "failed", "dropped"].includes(one.phase)) expect(one.leases).toEqual([]);
  }
}
