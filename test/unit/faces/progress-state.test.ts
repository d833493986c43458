import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { measure } from "../../../src/faces/progress/measure.ts";
import { advance, setPaused, startOfProgress } from "../../../src/faces/progress/progress-state.ts";
import { bytes, clockTime, count, counted, roughly } from "../../../src/faces/format.ts";
import { headerLines } from "../../../src/faces/terminal/header.ts";
import { plainText } from "../../../src/faces/terminal/spans.ts";
import type { CaelumEvent, EventBody } from "#kernel";

function event(body: EventBody): CaelumEvent {
  return { v: 1, run: "r", seq: 0, at: "2026-11-20T00:00:00.000Z", ...body };
}

function unit(files: number, size: number): CaelumEvent {
  return event({ type: "unit.finished", host: "here", unit: 0, files, bytes: size, ms: 1 });
}

const found = event({ type: "files.found", files: 100, bytes: 1_000_000, skipped: 0 });

describe("progress", () => {
  test("speed and time left are not guessed before they have been measured", () => {
    let state = startOfProgress("x", 0);
    expect(measure(state, 500)).toMatchObject({ part: undefined, leftMs: undefined });
    state = advance(state, found, 600);
    state = advance(state, unit(10, 100_000), 5000);
    expect(measure(state, 5500)).toMatchObject({ part: 0.1, leftMs: undefined, bytesPerSecond: undefined });
  });

  test("what earlier runs have taken tells the time left until this run's own speed does", () => {
    const planned = { type: "tests.planned", units: 4, weight: 1000 } as const;
    let state = advance(startOfProgress("x", 0), event({ ...planned, platform: "linux" }), 1000);
    expect(measure(state, 1000).leftMs).toBeUndefined();
    state = advance(state, event({ ...planned, platform: "mac", expectedMs: 20_000 }), 1000);
    state = advance(state, event({ ...planned, platform: "win", expectedMs: 5000 }), 3000);
    expect(measure(state, 6000).leftMs).toBe(15_000);
    state = setPaused(setPaused(state, true, 6000), false, 10_000);
    expect(measure(state, 10_000).leftMs).toBe(15_000);
    expect(measure(state, 40_000).leftMs).toBeUndefined();
    state = advance(state, unit(1, 100), 11_000);
    state = advance(state, unit(1, 900), 13_000);
    expect(measure(state, 13_000).leftMs).toBeCloseTo((2000 / 450) * 1000);
  });

  test("the time before the first unit came back does not count as work", () => {
    let state = advance(startOfProgress("x", 0), found, 0);
    state = advance(state, unit(10, 100_000), 60_000);
    state = advance(state, unit(20, 200_000), 62_000);
    expect(measure(state, 62_000)).toMatchObject({ part: 0.3, bytesPerSecond: 100_000, leftMs: 7000 });
  });

  test("files from the cache are done, but do not make the workers look faster", () => {
    let state = advance(startOfProgress("x", 0), found, 0);
    state = advance(state, event({ type: "cache.used", hits: 50, misses: 50 }), 0);
    state = advance(state, unit(10, 100_000), 1000);
    state = advance(state, unit(10, 100_000), 3000);
    expect(measure(state, 3000)).toMatchObject({
      part: 0.7,
      doneFiles: 70,
      bytesPerSecond: 50_000,
      leftMs: 6000,
    });
  });

  test("what is all measured is not done while copies are looked for, and says so", () => {
    let state = advance(startOfProgress("x", 0), found, 0);
    state = advance(state, unit(100, 1_000_000), 1000);
    state = advance(state, event({ type: "copies.started", files: 100 }), 2000);
    const [first, second] = headerLines(state, 3000, 80).map(plainText);
    expect(first).toContain("looking for copies");
    expect(second).toContain("99 %");
    expect(second).not.toContain("/s");
  });

  test("a pause is neither work nor slowness", () => {
    let state = advance(startOfProgress("x", 0), found, 0);
    state = advance(state, unit(10, 100_000), 1000);
    state = advance(state, unit(10, 100_000), 3000);
    state = setPaused(state, true, 3000);
    expect(measure(state, 60_000)).toMatchObject({
      bytesPerSecond: 50_000,
      leftMs: 16_000,
      elapsedMs: 60_000,
    });
    state = setPaused(state, false, 60_000);
    expect(measure(state, 60_000)).toMatchObject({ bytesPerSecond: 50_000, leftMs: 16_000 });
  });

  test("time left follows what the hosts do now, not what they did long ago", () => {
    let state = advance(
      startOfProgress("x", 0),
      event({ type: "files.found", files: 100, bytes: 1e8, skipped: 0 }),
      0,
    );
    for (let at = 0; at <= 60_000; at += 500) state = advance(state, unit(1, 500_000), at);
    for (let at = 60_500; at <= 90_000; at += 500) state = advance(state, unit(1, 50_000), at);
    expect(measure(state, 90_000).bytesPerSecond).toBeCloseTo(100_000, -4);
  });

  test("a project without files is done, and unknown events change nothing", () => {
    const state = advance(
      startOfProgress("x", 0),
      event({ type: "files.found", files: 0, bytes: 0, skipped: 3 }),
      0,
    );
    expect(measure(state, 10).part).toBe(1);
    const unknown = { ...found, type: "of.the.future" } as unknown as CaelumEvent;
    expect(advance(state, unknown, 20)).toBe(state);
  });

  test("whatever the events, parts stay within 0 and 1 and no figure is infinite or negative", () => {
    const bodies = fc.oneof(
      fc.record({ files: fc.nat(500), bytes: fc.nat(1e6) }).map((n) => unit(n.files, n.bytes)),
      fc.nat(200).map((hits) => event({ type: "cache.used", hits, misses: 0 })),
      fc
        .record({ files: fc.nat(500), bytes: fc.nat(1e6) })
        .map((n) => event({ type: "files.found", ...n, skipped: 0 })),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(bodies, fc.nat(5000))), (steps) => {
        let now = 0;
        let state = startOfProgress("x", now);
        for (const [body, pause] of steps) {
          now += pause;
          state = advance(state, body, now);
          const { part, leftMs, bytesPerSecond, filesPerSecond } = measure(state, now);
          for (const figure of [part, leftMs, bytesPerSecond, filesPerSecond]) {
            expect(figure === undefined || (Number.isFinite(figure) && figure >= 0)).toBe(true);
          }
          expect(part ?? 0).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("numbers for people", () => {
  test.each([
    [count(4227), "4,227"],
    [counted(1, "file"), "1 file"],
    [counted(4227, "file"), "4,227 files"],
    [bytes(0), "0 B"],
    [bytes(999), "999 B"],
    [bytes(1000), "1.0 kB"],
    [bytes(39_200_000), "39.2 MB"],
    [bytes(5e15), "5000.0 TB"],
    [clockTime(4000), "0:04"],
    [clockTime(3_723_000), "1:02:03"],
    [roughly(300), "1 s"],
    [roughly(3000), "3 s"],
    [roughly(130_000), "2 min"],
    [roughly(4_200_000 * 2), "2 h 20 min"],
  ])("%s is written %s", (written, expected) => expect(written).toBe(expected));
});
