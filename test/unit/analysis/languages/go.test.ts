import { describe, expect, it } from "vitest";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, symbolRows } from "../../../helpers/fact-rows.ts";
import { extractFixture } from "../../../helpers/fixture.ts";

const pool = await extractFixture("go", "pool.go");

describe("Go", () => {
  it("measures every function, methods under the type of their receiver", () => {
    expect(functionRows(pool)).toEqual([
      "39-44 function New: parameters 1, nesting 1, cyclomatic 4, cognitive 3",
      "46-70 method Pool > Run: parameters 4, nesting 2, cyclomatic 7, cognitive 11",
      "47-51 lambda Pool.Run > (anonymous): parameters 0, nesting 1, cyclomatic 2, cognitive 1",
      "72-81 method Pool > depth: parameters 1, nesting 1, cyclomatic 3, cognitive 2",
      "83-94 function kind: parameters 2, nesting 2, cyclomatic 4, cognitive 3",
      "92-92 lambda kind > name: parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "96-96 method Pool > String: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "98-104 function walk: parameters 2, nesting 0, cyclomatic 1, cognitive 3",
      "99-103 lambda walk > (anonymous): parameters 1, nesting 1, cyclomatic 2, cognitive 1",
    ]);
  });

  it("lists symbols; a capital exports them", () => {
    expect(symbolRows(pool)).toEqual([
      "15-15 constant MaxWorkers",
      "- 15-15 constant minWorkers",
      "- 16-17 constant queueSize",
      "21-21 variable ErrClosed",
      "- 22-22 variable hooks",
      "25-25 type Task",
      "27-30 interface Runner",
      "28-28 method Runner > Run",
      "32-35 struct Pool",
      "- 37-37 type alias",
      "39-44 function New",
      "46-70 method Pool > Run",
      "- 72-81 method Pool > depth",
      "- 83-94 function kind",
      "96-96 method Pool > String",
      "- 98-104 function walk",
    ]);
  });

  it("lists imports and the package", () => {
    expect(pool.imports).toEqual([
      { raw: "fmt", line: 4 },
      { raw: "context", line: 6 },
      { raw: "math", line: 7, form: "dot" },
      { raw: "embed", line: 8, form: "blank" },
      { raw: "example.com/shop/internal/errors", line: 9 },
    ]);
    expect(pool.modules).toEqual(["pool"]);
  });

  it("counts lines, a raw string's as code", () => {
    expect(pool.lines).toEqual({ code: 88, comment: 3, blank: 13 });
    expect(pool.errorBytes).toBe(0);
    expect(pool.topCyclomatic).toBe(0);
  });

  it("takes a call of a function named like the method for another function", async () => {
    const { functions } = await extract("go", "package a\n\nfunc (s T) close() { close(s.c) }\n");
    expect(functions[0]!.cognitive).toBe(0);
  });

  it("lists a function that is written in assembly, and measures nothing of it", async () => {
    const declared = await extract("go", "package a\n\nfunc Add(x, y int) int\n");
    expect(symbolRows(declared)).toEqual(["3-3 function Add"]);
    expect(declared.functions).toEqual([]);
  });

  it("says how many bytes are broken", async () => {
    const broken = await extract(
      "go",
      "package a\n\nfunc f() { return ]] }\n\nfunc g(a int) int { return a }\n",
    );
    expect(broken.errorBytes).toBeGreaterThan(0);
    expect(broken.functions.map(({ name, errorBytes }) => [name, errorBytes > 0])).toEqual([
      ["f", true],
      ["g", false],
    ]);
  });
});
