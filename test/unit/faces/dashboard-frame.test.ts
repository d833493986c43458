import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advance,
  type ProgressState,
  setPaused,
  startOfProgress,
} from "../../../src/faces/progress/progress-state.ts";
import { dashboardFrame, shownOrder, type View } from "../../../src/faces/terminal/dashboard-frame.ts";
import { watching } from "../../../src/faces/terminal/keys.ts";
import { plainText } from "../../../src/faces/terminal/spans.ts";
import { eventAt } from "../../helpers/faces/event-of.ts";
import { recordRun, someFiles } from "../../helpers/faces/recorded-run.ts";
import { plainHost } from "../../helpers/schedule/simulate.ts";
import type { HostModel } from "../../helpers/schedule/simulated-host.ts";

const until = 6000;

/** The state six seconds into a run. */
function stateOf(hosts: readonly HostModel[], speed: number): ProgressState {
  const slots = hosts.reduce((sum, { spec }) => sum + spec.slots, 0);
  let state = startOfProgress("analyze django", 0);
  for (const { at, body } of recordRun({ items: someFiles(4227, slots * speed * 20_000), hosts })) {
    if (at <= until) state = advance(state, eventAt(body, at), at);
  }
  return state;
}

const four = stateOf(
  [
    plainHost("here", { slots: 4, speed: 2300 }),
    plainHost("desk", { slots: 8, speed: 1700 }),
    plainHost("mini", { slots: 4, speed: 1500, faults: [{ type: "crash", at: 2200, ms: 60_000 }] }),
    plainHost("gpu-1", { slots: 4, speed: 800 }),
  ],
  1700,
);
const twoHundred = stateOf(
  Array.from({ length: 200 }, (_, index) =>
    plainHost(`host-${index}`, {
      slots: 1 + (index % 4),
      speed: 100,
      faults: index === 150 ? [{ type: "crash", at: 1000, ms: 60_000 }] : [],
    }),
  ),
  100,
);

function view(state: ProgressState, changes: Partial<View> = {}): View {
  return {
    state,
    now: until,
    columns: 80,
    rows: 24,
    focus: watching,
    keys: true,
    controllable: true,
    said: undefined,
    ...changes,
  };
}

function frame(state: ProgressState, changes: Partial<View> = {}): string[] {
  return dashboardFrame(view(state, changes)).map(plainText);
}

describe("the dashboard", () => {
  test("at 80 columns it says what, how far, how long still, and what each host does", () => {
    const lines = frame(four);
    expect(lines[0]).toMatch(/^ analyze django {3}4,227 files {3}680\.0 MB +0:06 {2}about \d+ s left$/);
    expect(lines[1]).toMatch(/^ █+░+ +\d+ % {3}\d+\.\d MB\/s {3}\d+ files\/s$/);
    expect(lines[3]).toBe(" host    state    slots          rate  load   done  note");
    expect(lines[4]).toMatch(/^ here {4}busy {5}████ 4\/4 +\d+\.\d MB\/s +\d\.\d +\d+/);
    expect(lines[6]).toMatch(/^ mini {4}lost {5}– +– +– +\d+ {2}.*again in \d s$/);
    expect(lines.find((line) => line.includes("mini: lost: crashed"))).toMatch(/\d units go elsewhere/);
    expect(lines.at(-1)).toBe(" p pause   d drop a host   ↵ details   q stop");
  });

  test("whatever the size of the terminal, nothing is wider or higher than it", () => {
    const modes = fc.constantFrom("watch" as const, "drop" as const, "details" as const);
    const sizes = fc.record({
      columns: fc.integer({ min: 12, max: 250 }),
      rows: fc.integer({ min: 3, max: 80 }),
      keys: fc.boolean(),
      said: fc.constantFrom(undefined, "stopping; ctrl-C again ends it at once"),
    });
    const states = fc.constantFrom(four, twoHundred, startOfProgress("analyze x", 0));
    fc.assert(
      fc.property(states, sizes, modes, fc.nat(250), (state, size, mode, chosen) => {
        const focus = { mode, host: state.hosts[chosen % Math.max(1, state.hosts.length)]?.name };
        const lines = frame(state, { ...size, focus });
        expect(lines.length).toBeLessThan(size.rows);
        for (const line of lines) expect(Array.from(line).length).toBeLessThan(size.columns);
      }),
    );
  });

  test("of 200 hosts the troubled come first, then the busiest, and the rest is counted", () => {
    const lines = frame(twoHundred);
    expect(lines[4]).toMatch(/^ host-150 +lost/);
    expect(lines[5]).toMatch(/^ host-\d+ +busy +████ 4\/4/);
    const shown = lines.filter((line) => line.startsWith(" host-")).length;
    expect(lines.find((line) => line.startsWith(" and "))).toMatch(
      new RegExp(`^ and ${200 - shown} more: \\d+ busy`),
    );
  });

  test("the chosen host is on the screen, wherever it stands", () => {
    for (const rows of [8, 15, 24, 50]) {
      const order = shownOrder(view(twoHundred, { rows }));
      for (const { name } of [order[0]!, order[100]!, order[199]!]) {
        const lines = frame(twoHundred, { rows, focus: { mode: "drop", host: name } });
        expect(lines.filter((line) => line.startsWith(`▸${name} `))).toHaveLength(1);
        expect(lines.at(-1)).toContain(`↵ drop ${name}`);
      }
    }
  });

  test("on a narrow terminal less is shown, and what is shown can be read", () => {
    const lines = frame(four, { columns: 40, rows: 12 });
    expect(lines[0]).toMatch(/^ analyze django +0:06 {2}about \d+ s left$/);
    expect(lines.find((line) => line.includes("mini"))).toMatch(/^ mini +lost/);
    expect(lines.filter((line) => /^ (here|desk|mini|gpu-1) /.test(line))).toHaveLength(4);
  });

  test("details of a host: what it has done, what it costs, what happened to it", () => {
    const lines = frame(four, { focus: { mode: "details", host: "mini" } });
    expect(lines[3]).toBe(" mini  lost");
    for (const fact of [
      /^ why +crashed|^ why +unreachable/,
      /^ platform linux-x64$/,
      /^ sent +1\.2 MB/,
      /^ retried +\d+ units$/,
    ]) {
      expect(lines.some((line) => fact.test(line))).toBe(true);
    }
    expect(lines.at(-1)).toBe(" ↑↓ next host   esc back");
  });

  test("a pause is said where the time left stood", () => {
    const lines = frame(setPaused(four, true, until));
    expect(lines[0]).toMatch(/0:06 {2}paused$/);
    expect(lines.at(-1)).toMatch(/^ p resume/);
  });

  test("while no host is there it does not pretend to know how long it takes", () => {
    const gone = four.hosts.map((host) => ({ ...host, phase: "lost" as const }));
    expect(frame({ ...four, hosts: gone })[0]).toMatch(/0:06 {2}waiting for a host$/);
  });

  test("before anything is known it says so and guesses nothing", () => {
    expect(frame(startOfProgress("analyze x", 0), { now: 1200 })[0]).toMatch(
      /^ analyze x {3}looking for files +0:01 {2}estimating$/,
    );
  });
});
