import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { TestUnit } from "../../../../src/testing/model.ts";
import { unitsOfShard } from "../../../../src/testing/run/shard-units.ts";

function unit(name: string, bytes: number): TestUnit {
  return { id: `|vitest|${name}`, project: "", runner: "vitest", file: name, bytes };
}

test("shards together have each unit once, whatever order they were listed in", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string(), { maxLength: 40 }),
      fc.array(fc.nat(100_000), { minLength: 40, maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      (names, sizes, count) => {
        const units = names.map((name, index) => unit(name, sizes[index]!));
        const shards = Array.from({ length: count }, (_, index) =>
          unitsOfShard(index % 2 === 0 ? units : units.toReversed(), { index: index + 1, count }),
        );
        expect(
          shards
            .flat()
            .map(({ id }) => id)
            .toSorted(),
        ).toEqual(units.map(({ id }) => id).toSorted());
      },
    ),
  );
});

test("a large file is weighed against several small ones", () => {
  const units = [unit("large", 90_000), ...["a", "b", "c"].map((name) => unit(name, 30_000))];
  expect(unitsOfShard(units, { index: 1, count: 2 }).map(({ file }) => file)).toEqual(["large"]);
  expect(unitsOfShard(units, { index: 5, count: 5 })).toEqual([]);
});
