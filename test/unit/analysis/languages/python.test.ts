import { describe, expect, it } from "vitest";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, symbolRows } from "../../../helpers/fact-rows.ts";
import { extractFixture } from "../../../helpers/fixture.ts";

const inventory = await extractFixture("python", "inventory.py");

describe("Python", () => {
  it("measures every function", () => {
    expect(functionRows(inventory)).toEqual([
      "28-37 function cached: parameters 1, nesting 0, cyclomatic 1, cognitive 1",
      "29-35 function cached > decorate: parameters 1, nesting 0, cyclomatic 1, cognitive 1",
      "30-33 function cached.decorate > wrapper: parameters 2, nesting 1, cyclomatic 2, cognitive 1",
      "46-49 constructor Inventory > __init__: parameters 3, nesting 0, cyclomatic 1, cognitive 0",
      "52-54 method Inventory > total: parameters 1, nesting 0, cyclomatic 6, cognitive 1",
      "57-58 method Inventory > _key: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
      "60-80 method Inventory > load: parameters 4, nesting 3, cyclomatic 10, cognitive 17",
      "82-91 method Inventory > find: parameters 3, nesting 1, cyclomatic 4, cognitive 2",
      "94-104 function order: parameters 2, nesting 3, cyclomatic 5, cognitive 15",
      "94-94 lambda order > by: parameters 1, nesting 0, cyclomatic 2, cognitive 1",
      "95-96 function order > rank: parameters 1, nesting 0, cyclomatic 6, cognitive 4",
      "107-107 function flatten: parameters 1, nesting 1, cyclomatic 4, cognitive 2",
    ]);
  });

  it("lists every name of an assignment to several", async () => {
    const found = await extract(
      "python",
      "A, b = 1, 2\n(C, [_D, *E]), f.G, h[I] = 3\nclass K:\n    J, L = 1, 2\n",
    );
    expect(symbolRows(found)).toEqual([
      "1-1 constant A",
      "2-2 constant C",
      "- 2-2 constant _D",
      "2-2 constant E",
      "3-4 class K",
      "4-4 constant K > J",
      "4-4 constant K > L",
    ]);
  });

  it("lists symbols; a leading underscore hides them", () => {
    expect(symbolRows(inventory)).toEqual([
      "21-21 constant VERSION",
      "22-22 constant DEFAULT_CURRENCY",
      "22-22 constant FALLBACK",
      "- 23-23 constant _CACHE_LIMIT",
      "25-25 type Amount",
      "28-37 function cached",
      "- 29-35 function cached > decorate",
      "- 30-33 function cached.decorate > wrapper",
      "40-91 class Inventory",
      "43-43 constant Inventory > UNIT",
      "46-49 constructor Inventory > __init__",
      "52-54 method Inventory > total",
      "- 57-58 method Inventory > _key",
      "60-80 method Inventory > load",
      "82-91 method Inventory > find",
      "94-104 function order",
      "- 95-96 function order > rank",
      "107-107 function flatten",
    ]);
  });

  it("lists imports with the names they may reach", () => {
    expect(inventory.imports).toEqual([
      { raw: "__future__", line: 7, members: ["annotations"] },
      { raw: "os.path", line: 9 },
      { raw: "sys", line: 9 },
      { raw: "json", line: 10 },
      { raw: ".", line: 11, members: ["models", "prices"] },
      { raw: "..core.errors", line: 12, members: ["OutOfStock", "Unknown"] },
      { raw: "shop.money", line: 16 },
      { raw: "tomllib", line: 19 },
    ]);
  });

  it("counts docstrings as code, and blank lines in them as blank", () => {
    expect(inventory.lines).toEqual({ code: 85, comment: 2, blank: 24 });
    expect(inventory.errorBytes).toBe(0);
    expect(inventory.topCyclomatic).toBe(2);
  });

  it("counts the decisions inside an f-string", async () => {
    const { functions } = await extract("python", 'def f(a):\n    return f"{a or 1} {2 if a else 3}"\n');
    expect(functions[0]).toMatchObject({ cyclomatic: 3, cognitive: 2 });
  });

  it("says how many bytes are broken", async () => {
    const broken = await extract("python", "def f():\n    return 1 +* )\n\ndef g(a):\n    return a\n");
    expect(broken.errorBytes).toBeGreaterThan(0);
    expect(broken.functions.map(({ name, errorBytes }) => [name, errorBytes > 0])).toEqual([
      ["f", true],
      ["g", false],
    ]);
  });
});
