import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HostFacts, WatchEvent } from "#agents";
import { topTable } from "../../../src/faces/top/top-table.ts";
import { advanceTop, startOfTop, type TopState } from "../../../src/faces/top/top-state.ts";
import { plainText } from "../../../src/faces/terminal/spans.ts";
import { hostsThatFit, topFrame, type TopView } from "../../../src/faces/terminal/top-frame.ts";

const facts: HostFacts = {
  platform: "linux",
  release: "6.1",
  arch: "x64",
  libc: "glibc 2.36",
  cores: 8,
  cpu: "x",
  memory: 16e9,
  freeMemory: 4e9,
  freeDisk: 50e9,
  load: 2,
  node: "24.1.0",
  gpus: [],
  tools: [],
  home: "/home/x",
};
const failure = {
  step: "connect",
  code: "X",
  message: 'host "mini" refused\u001B[2J the connection',
} as const;
const events: WatchEvent[] = [
  { type: "connecting", host: "desk" },
  { type: "ready", host: "desk", facts },
  { type: "connecting", host: "mini" },
  { type: "failed", host: "mini", failure, againMs: 3000 },
  { type: "vitals", host: "desk", vitals: { load: 9.5, freeMemory: 1e9, freeDisk: 40e9 } },
  { type: "agents", host: "desk", agents: 2 },
];

function after(all: readonly WatchEvent[], names = ["desk", "mini", "here"]): TopState {
  return all.reduce((state, event) => advanceTop(state, event, 1000), startOfTop(names));
}

function frame(state: TopState, changes: Partial<TopView> = {}): string[] {
  return topFrame({ state, now: 2000, columns: 80, rows: 24, keys: true, from: 0, ...changes }).map(
    plainText,
  );
}

describe("the fleet without a job", () => {
  test("a row for each host: cores, load, memory, disk, agents; or why it is not there", () => {
    expect(frame(after(events))).toEqual([
      " fleet   1 of 3 hosts up                       8 cores   load 9.5   1.0 GB free",
      "",
      " host  state    cores  load              memory           disk free  agents",
      " desk  up           8  ██████████   9.5  ██████  16.0 GB    40.0 GB       2",
      " mini  failed   again in 2 s: connect: refused\\x1b[2J the connection",
      " here  waiting  ",
      "",
      " q quit",
    ]);
  });

  test("a host that was there is lost, one that never was has failed", () => {
    const lost: WatchEvent = {
      type: "failed",
      host: "desk",
      failure: { ...failure, message: "silence" },
      againMs: 1,
    };
    expect(after([...events, lost]).map(({ state }) => state)).toEqual(["lost", "failed", "waiting"]);
  });

  test("whatever the terminal and the fleet, it fits", () => {
    const sizes = fc.record({
      columns: fc.integer({ min: 20, max: 200 }),
      rows: fc.integer({ min: 4, max: 60 }),
    });
    fc.assert(
      fc.property(sizes, fc.nat(200), fc.nat(200), (size, hosts, from) => {
        const names = Array.from({ length: hosts }, (_, index) => `host-${index}`);
        const up = names.map((host): WatchEvent => ({ type: "ready", host, facts }));
        const lines = frame(after(up, names), { ...size, from });
        expect(lines.length).toBeLessThan(size.rows);
        for (const line of lines) expect(Array.from(line).length).toBeLessThan(size.columns);
        expect(hostsThatFit({ state: after([], names), ...size })).toBeLessThanOrEqual(hosts);
      }),
    );
  });

  test("one look is a table, and for programs an object", () => {
    const answers = [
      { facts: { host: "desk", value: facts }, status: undefined },
      { facts: { host: "mini", error: failure }, status: undefined },
    ];
    expect(topTable(answers, { json: false, width: 100 })).toBe(
      [
        "host  state   cores  load         memory used  disk free  agents  system",
        "desk  up          8   2.0  12.0 GB of 16.0 GB    50.0 GB       –  linux-x64",
        "mini  failed",
        "mini:  connect: refused\\x1b[2J the connection",
        "",
      ].join("\n"),
    );
    const object = JSON.parse(topTable(answers, { json: true, width: 100 })) as { hosts: unknown[] };
    expect(object.hosts).toMatchObject([
      { host: "desk", state: "up", cores: 8, freeMemory: 4e9 },
      { host: "mini", state: "failed", error: { step: "connect" } },
    ]);
  });
});
