import * as fc from "fast-check";
import { expect, test } from "vitest";
import { partsOf } from "../../../../src/testing/runners/common/title-parts.ts";
import { jest } from "../../../../src/testing/runners/jest/index.ts";
import { mocha } from "../../../../src/testing/runners/mocha/index.ts";
import { vitest } from "../../../../src/testing/runners/vitest/index.ts";
import { fixtureSession, lines } from "../../../helpers/runner-session.ts";

/** Titles that are made anew in each run are the same here. */
function sorted(results: Parameters<typeof lines>[0]): string[] {
  return lines(results)
    .map((line) => line.replace(/0\.\d+(?:e-\d+)?/, "…"))
    .toSorted();
}

const unit = { id: "|vitest|a", project: "", runner: "vitest", file: "a", bytes: 100 };

test("each test is in exactly one part, also one that nobody knew of", () => {
  const name = fc.oneof(fc.string(), fc.constantFrom("a b", "A B", "a.b", "(", "^$", "a\nb", "__proto__"));
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 30 }),
      fc.integer({ min: 2, max: 8 }),
      name,
      (names, count, unknown) => {
        const parts = partsOf(unit, names, count, {});
        for (const each of [...names, unknown]) {
          const holding = parts.filter(({ pattern = "" }) => new RegExp(pattern).test(each));
          expect(holding).toHaveLength(1);
        }
        expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
      },
    ),
  );
});

test("parts are made equal by what the tests took", () => {
  const parts = partsOf(unit, ["long", "a", "b", "c"], 2, { long: 900, a: 300, b: 300, c: 300 });
  expect(parts.map(({ tests }) => tests)).toEqual([1, 3]);
});

const outcomes = (runner: string): string => `
  ${runner === "vitest" ? 'import { afterAll, beforeAll, describe, expect, it } from "vitest";' : ""}
  const same = (a, b) => { if (a !== b) throw new Error("differs"); };
  let up = 0;
  ${runner === "mocha" ? "before" : "beforeAll"}(() => { up += 1; });
  it("first (of [all])", () => same(up, 1));
  it("same title", () => {});
  it("same title", () => same(1, 2));
  it("Same Title", () => {});
  it.skip("left out", () => {});
  describe("outer", () => {
    for (const value of ["a b", "$1", "[x]", "^"]) it("takes " + value, () => same(value === "$1", false));
    describe("inner", () => { it("deep", () => {}); it("same title", () => {}); });
  });
  describe("outer takes", () => { it("a b", () => {}); });
  it("new in each run " + Math.random(), () => {});
`;

test.each([
  [vitest, "vitest", "test/parts.test.js"],
  [jest, "jest", "test/parts.test.js"],
  [mocha, "mocha", "test/parts.test.cjs"],
])(
  "parts of a file of $name give exactly the tests of the whole",
  { timeout: 120_000 },
  async (runner, fixture, file) => {
    const tried = fixtureSession(runner, fixture, { [file]: outcomes(fixture) });
    const [whole] = (await tried.list()).filter((each) => each.file === file);
    const expected = sorted((await tried.run({ units: [whole!] })).tests);
    expect(expected).toHaveLength(13);
    for (const count of [2, 5]) {
      const parts = await runner.split!(whole!, count, tried.context, new AbortController().signal);
      expect(parts).toHaveLength(count);
      const { tests, ends } = await tried.run({ units: parts });
      expect(sorted(tests)).toEqual(expected);
      expect([...ends.values()].map(({ end }) => end)).toEqual(parts.map(() => "done"));
    }
    expect(sorted((await tried.run({ units: [whole!] })).tests)).toEqual(expected);
  },
);
