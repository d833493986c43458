import { describe, expect, test } from "vitest";
import { localHost } from "#fleet";
import { type Homed, homesAmong, homesOf } from "../../../../src/analysis/run/homes.ts";

/** Bytes of each language are in these proportions. */
const languages = { c: 0.5, go: 0.25, python: 0.15, bash: 0.1 };
const files: Homed[] = Object.entries(languages).flatMap(([language, part]) =>
  Array.from({ length: 8000 * part }, (_, number) => ({
    path: `src/part-${number % 40}/file-${number}.${language}`,
    size: 1000,
    language,
  })),
);
const hosts = (...weights: readonly number[]) =>
  weights.map((weight, number) => ({ name: `host-${number}`, weight }));

function shares(homes: ReturnType<typeof hosts>): number[] {
  const home = homesOf(files, homes);
  const counts = new Map<string | undefined, number>();
  for (const file of files) counts.set(home(file), (counts.get(home(file)) ?? 0) + 1);
  return homes.map(({ name }) => (counts.get(name) ?? 0) / files.length);
}

/** Part of the files that lie somewhere else with these hosts than with those. */
function moved(before: ReturnType<typeof hosts>, after: ReturnType<typeof hosts>): number {
  const [from, to] = [homesOf(files, before), homesOf(files, after)];
  return files.filter((file) => from(file) !== to(file)).length / files.length;
}

describe("the home of a file", () => {
  test("is spread over the hosts in proportion to their weight", () => {
    for (const share of shares(hosts(1, 1, 1, 1))) expect(share).toBeCloseTo(0.25, 1);
    const [small = 0, large = 0] = shares(hosts(1, 3));
    expect(large / small).toBeGreaterThan(2.6);
    expect(large / small).toBeLessThan(3.4);
  });

  test.each([2, 3, 4, 8, 16])("is with others of its language: %i hosts have few languages each", (count) => {
    const homes = hosts(...Array.from({ length: count }, () => 1));
    const home = homesOf(files, homes);
    const pairs = new Set(files.map((file) => `${file.language} ${home(file)}`));
    expect(pairs.size).toBeLessThan(Object.keys(languages).length + count);
  });

  test("stays when the hosts stand in another order, and mostly when others come or go", () => {
    const four = hosts(1, 1, 1, 1);
    expect(moved(four, four.toReversed())).toBe(0);
    for (const gone of four)
      expect(
        moved(
          four,
          four.filter((host) => host !== gone),
        ),
      ).toBeLessThan(0.55);
  });

  test("stays, nearly always, when a few files change", () => {
    const four = hosts(1, 1, 1, 1);
    const [before, after] = [homesOf(files, four), homesOf(files.slice(80), four)];
    const others = files.filter((file) => before(file) !== after(file));
    expect(others.length / files.length).toBeLessThan(0.03);
  });

  test("is found for empty files, and for those of no known language", () => {
    const two = hosts(1, 1);
    for (const file of [
      { path: "a", size: 0, language: "go" },
      { path: "b", size: 0 },
    ])
      expect(homesOf([file], two)(file)).toMatch(/^host-/);
    const file = { path: "LICENSE", size: 10 };
    expect(homesOf([file, ...files], two)(file)).toMatch(/^host-/);
  });

  test("is none where content need not be sent, or there is only one place for it", () => {
    const far = { ...localHost, name: "far", address: { type: "ssh" as const, target: "far" } };
    expect(homesAmong([localHost, far])).toEqual([]);
    expect(homesAmong([localHost, far, { ...far, name: "big", slots: 8 }])).toEqual([
      { name: "far", weight: 1 },
      { name: "big", weight: 8 },
    ]);
    expect(homesOf(files, [])(files[0]!)).toBeUndefined();
  });
});
