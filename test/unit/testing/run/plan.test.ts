import { describe, expect, test } from "vitest";
import type { TestUnit } from "../../../../src/testing/model.ts";
import { likelyWork } from "../../../../src/testing/run/likely-work.ts";
import { type SplitPlan, splitLongUnits } from "../../../../src/testing/run/split-units.ts";
import { normalise } from "../../../../src/testing/stores/normalise.ts";

function unit(file: string, more: Partial<TestUnit> = {}): TestUnit {
  return { id: `|pytest|${file}`, project: "", runner: "pytest", file, bytes: 1000, ...more };
}

const plan: SplitPlan = {
  slots: 2,
  timings: new Map(),
  independent: () => false,
  testTimes: () => undefined,
  split: async (whole) => ["a", "b"].map((part) => ({ ...whole, id: `${whole.id}|${part}` })),
};

describe("what a run expects", () => {
  test("parts of a long unit weigh together what the whole was known to take", async () => {
    const long = unit("long.py", { splittable: true, tests: 10 });
    const timings = new Map([
      [long.id, 20_000],
      ["|pytest|short.py", 100],
    ]);
    const { units, timings: known } = await splitLongUnits([long, unit("short.py")], {
      ...plan,
      timings,
      split: async (whole, parts) =>
        Array.from({ length: parts }, (_, part) => ({
          ...whole,
          id: `${whole.id}|${part}`,
          tests: part === 0 ? 1 : 3,
        })),
    });
    expect(units.length).toBeGreaterThan(2);
    const parts = units.filter(({ id }) => id.startsWith(long.id)).map(({ id }) => known.get(id) ?? 0);
    expect(parts.reduce((sum, ms) => sum + ms, 0)).toBeCloseTo(20_000);
    expect(parts[1]! / parts[0]!).toBeCloseTo(3);
  });

  test("a file with most of the tests is split before anything was timed, where its runner has counted them", async () => {
    const short = Array.from({ length: 20 }, (_, index) => unit(`${index}.py`, { tests: 10 }));
    const parts = async (more: Partial<TestUnit>): Promise<number> =>
      (await splitLongUnits([unit("long.py", more), ...short], plan)).units.length - short.length;
    expect(await parts({ splittable: true, tests: 400 })).toBe(2);
    expect(await parts({ tests: 400 })).toBe(1);
    expect(await parts({ splittable: true, bytes: 1_000_000 })).toBe(1);
    expect(await parts({ splittable: true, tests: 40, bytes: 1_000_000 })).toBe(1);
  });

  test("files that are split by title are those the user allows, if their tests are most of their time", async () => {
    const timings = new Map([["|pytest|long.js", 20_000]]);
    const times = { a: 6000, b: 6000 };
    const parts = async (more: Partial<SplitPlan>): Promise<number> =>
      (await splitLongUnits([unit("long.js")], { ...plan, timings, ...more })).units.length;
    expect(await parts({})).toBe(1);
    expect(await parts({ independent: () => true })).toBe(2);
    expect(await parts({ independent: () => true, testTimes: () => times })).toBe(2);
    expect(await parts({ independent: () => true, testTimes: () => ({ a: 9000 }) })).toBe(1);
    expect(await parts({ independent: () => true, slots: 1 })).toBe(1);
  });

  test("a host's speed is told from what takes long, whatever its short units say", () => {
    const known = new Map<string, number>([["long", 1000]]);
    const attempts = ["long", "a", "b", "c", "d", "e", "f"].map((name) => ({
      unit: unit(name),
      platform: "linux",
      host: "slow",
      attempt: 1,
      counted: true,
      // Half as fast as before; the short ones are noise.
      end: { unit: name, end: "done" as const, ms: name === "long" ? 2000 : 1 },
    }));
    for (const name of "abcdef") known.set(name, 9);
    const times = normalise(attempts, (_, id) => known.get(id.split("|")[2]!));
    expect(times.find(({ unit }) => unit.endsWith("|long"))?.ms).toBeCloseTo(1000);
  });

  test("the runner with most to do is started ahead, in no more slots than there are units", () => {
    const choice = { only: [] };
    expect(likelyWork(4, new Map(), choice)).toEqual({ slots: 1 });
    const timings = new Map([
      ["|vitest|a.ts", 10],
      ["|vitest|b.ts", 10],
      ["py|pytest|c.py", 500],
      ["py|pytest|d.py", 500],
    ]);
    expect(likelyWork(4, timings, choice)).toEqual({ kind: "py|pytest", slots: 2 });
    expect(likelyWork(4, timings, { only: ["c.py"] })).toEqual({ kind: "py|pytest", slots: 1 });
  });
});
