import { describe, expect, test } from "vitest";
import { type FleetSummary, fleetSummary } from "../../../src/faces/progress/fleet-summary.ts";

function host(name: string, share: number, more: Partial<FleetSummary["hosts"][number]> = {}) {
  const files = Math.round(share * 1000);
  return {
    host: name,
    slots: 4,
    files,
    bytes: files * 9000,
    share,
    busyMs: 1,
    retries: 0,
    sent: 0,
    saved: 0,
    ...more,
  };
}

const plain: FleetSummary = {
  hosts: [host("mini", 0.2, { retries: 18 }), host("desk", 0.5), host("here", 0.3)],
  failed: [],
  retried: [],
  ms: 9840,
  speedUp: 2.04,
  sent: 6_500_000,
  saved: 0,
  copies: 0,
  fellBack: false,
};

describe("the end of a run over a fleet", () => {
  test("says how much sooner it was, who did how much, and what travelled", () => {
    expect(fleetSummary(plain, 80)).toEqual([
      "fleet   3 hosts worked   9.8 s   2.0× the fastest of them alone",
      "  desk  50 %  500 files  4.5 MB  4 slots",
      "  here  30 %  300 files  2.7 MB  4 slots",
      "  mini  20 %  200 files  1.8 MB  4 slots  18 units not answered",
      "  6.5 MB sent",
    ]);
  });

  test("says what was tried again and why, who could not be used, and who stepped in", () => {
    const lines = fleetSummary(
      {
        ...plain,
        retried: [
          { host: "desk", reason: "worker-crashed: SIGKILL", units: 1 },
          {
            host: "mini",
            reason: 'host "mini" was lost: nothing was heard\nfor 3001 ms\u001B[2J',
            units: 18,
          },
        ],
        failed: [{ host: "win", step: "authenticate", message: 'host "win" let nobody in' }],
        saved: 12_000_000,
        copies: 3,
        fellBack: true,
      },
      80,
    );
    expect(lines.slice(0, 2)).toEqual([
      "fleet   3 hosts worked   9.8 s   2.0× the fastest of them alone",
      "  3 late units copied   this machine stepped in",
    ]);
    expect(lines.slice(5)).toEqual([
      "  6.5 MB sent, 12.0 MB were there already",
      "  mini: 18 units were tried again: nothing was heard for 3001 ms\\x1b[2J",
      "  desk: 1 unit was tried again: worker-crashed: SIGKILL",
      "  win: not used, authenticate: let nobody in",
    ]);
  });

  test("of many hosts the best are named, and one host is compared with nobody", () => {
    const many = Array.from({ length: 200 }, (_, index) => host(`h${index}`, 0.005));
    const lines = fleetSummary({ ...plain, hosts: many }, 80);
    expect(lines).toHaveLength(15);
    expect(lines[13]).toBe("  and 188 more: 94 %");
    expect(fleetSummary({ ...plain, hosts: [host("desk", 1)] }, 80)[0]).toBe("fleet   1 host worked   9.8 s");
  });
});
