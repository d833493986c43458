import { beforeAll, describe, expect, it } from "vitest";
import type { Extracted } from "../../../../src/analysis/measure/extract.ts";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, readFixture, symbolRows } from "../../../helpers/fact-rows.ts";

const item = "Shop.Catalog.Item";

describe("PHP", () => {
  let catalog: Extracted;
  beforeAll(async () => {
    catalog = await extract("php", readFixture("Catalog.php"));
  });

  it("measures every function as a person counts it", () => {
    expect(functionRows(catalog)).toEqual([
      // two arms · match 1
      "31-38 method Shop.Catalog.Size > label: parameters 0, nesting 1, cyclomatic 3, cognitive 1",
      "45-45 method Shop.Catalog.Counts > bump: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      // ??, ??=
      `56-60 constructor ${item} > __construct: parameters 3, nesting 0, cyclomatic 3, cognitive 0`,
      // if, &&, ||, ?->, ?->, elseif, else if, and ·
      // if 1, && 1, || 1, elseif 1, else if 1, and 1, else 1, recursion 1
      `64-76 method ${item} > price: parameters 1, nesting 1, cyclomatic 9, cognitive 8`,
      // foreach, foreach, if, two case labels · foreach 1, foreach 2, if 3, continue 2 1, switch 3
      `78-93 method ${item} > first: parameters 2, nesting 3, cyclomatic 6, cognitive 10`,
      // catch, for, while · ?: in each function inside 2 + 2, catch 1, for 2, while 3, goto 1
      `95-110 method ${item} > each: parameters 1, nesting 3, cyclomatic 4, cognitive 11`,
      `97-97 lambda ${item}.each > $double: parameters 1, nesting 1, cyclomatic 2, cognitive 1`,
      `99-101 lambda ${item}.each > (anonymous): parameters 2, nesting 1, cyclomatic 2, cognitive 1`,
      "113-119 function Shop.Catalog > total: parameters 2, nesting 1, cyclomatic 2, cognitive 1",
      "122-127 function Shop.Catalog > show: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
    ]);
  });

  it("lists symbols, and hides what is private or protected", () => {
    expect(symbolRows(catalog)).toEqual([
      "6-6 namespace Shop\\Catalog",
      "18-18 constant Shop.Catalog > LIMIT",
      "18-18 constant Shop.Catalog > STEP",
      "19-19 constant Shop.Catalog > CATALOG_READY",
      "21-24 interface Shop.Catalog > Priced",
      "23-23 method Shop.Catalog.Priced > price",
      "26-39 enum Shop.Catalog > Size",
      "28-28 constant Shop.Catalog.Size > Small",
      "29-29 constant Shop.Catalog.Size > Large",
      "31-38 method Shop.Catalog.Size > label",
      "41-46 trait Shop.Catalog > Counts",
      "- 43-43 property Shop.Catalog.Counts > count",
      "- 45-45 method Shop.Catalog.Counts > bump",
      "48-111 class Shop.Catalog > Item",
      `- 52-52 constant ${item} > SECRET`,
      `53-53 constant ${item} > DEFAULT_SIZE`,
      `53-53 constant ${item} > PARTS`,
      `- 54-54 property ${item} > name`,
      `56-60 constructor ${item} > __construct`,
      `- 62-62 method ${item} > weight`,
      `64-76 method ${item} > price`,
      `78-93 method ${item} > first`,
      `- 95-110 method ${item} > each`,
      "113-119 function Shop.Catalog > total",
      "122-127 function Shop.Catalog > show",
    ]);
  });

  it("reads uses of every form, includes and the namespace", () => {
    expect(catalog.imports).toEqual([
      { raw: "Shop\\Money", line: 8 },
      { raw: "Shop\\Tax", line: 9 },
      { raw: "Psr\\Log\\LoggerInterface", line: 9 },
      { raw: "Shop\\round_up", line: 10, form: "function" },
      { raw: "Shop\\CURRENCY", line: 11, form: "const" },
      { raw: "Shop\\Store", line: 12, members: ["Shelf", "Box"] },
      { raw: "__DIR__ . '/helpers.php'", line: 14, form: "require" },
      { raw: "config.php", line: 15, form: "require_once" },
      { raw: "$theme", line: 16, form: "include" },
    ]);
    expect(catalog.modules).toEqual(["Shop\\Catalog"]);
  });

  it("counts lines, and decisions outside of functions", () => {
    expect(catalog.lines).toEqual({ code: 108, comment: 2, blank: 18 });
    expect([catalog.topCyclomatic, catalog.topCognitive]).toEqual([1, 1]);
    expect(catalog.errorBytes).toBe(0);
  });

  it("gives what follows to the next namespace, and what stands in braces to its own", async () => {
    const files = [
      "namespace A; class B {} namespace C\\D; class E {}",
      "namespace A { class B {} } namespace { class F {} }",
    ];
    const containers = await Promise.all(
      files.map(async (file) =>
        (await extract("php", `<?php ${file}`)).symbols.map(({ container, name }) => [container, name]),
      ),
    );
    expect(containers).toEqual([
      [
        [undefined, "A"],
        ["A", "B"],
        [undefined, "C\\D"],
        ["C.D", "E"],
      ],
      [
        [undefined, "A"],
        ["A", "B"],
        [undefined, "F"],
      ],
    ]);
  });

  it("takes a bare call inside a method for a call of a function", async () => {
    const { functions } = await extract(
      "php",
      "<?php class A { function count() { return count($this->all); } }",
    );
    expect(functions[0]?.cognitive).toBe(0);
  });

  it("measures what is whole in a broken file and says how much is not", async () => {
    const broken = await extract(
      "php",
      "<?php\nfunction a() { return 1; }\nfunction b($x) { $x = = 2; if ($x) c(); }\n",
    );
    expect(functionRows(broken)).toEqual([
      "2-2 function a: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "3-3 function b: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
    ]);
    expect(broken.functions.map(({ errorBytes }) => errorBytes)).toEqual([0, 1]);
  });
});
