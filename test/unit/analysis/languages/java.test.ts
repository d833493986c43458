import { describe, expect, it } from "vitest";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, symbolRows } from "../../../helpers/fact-rows.ts";
import { extractFixture } from "../../../helpers/fixture.ts";

const orders = await extractFixture("java", "OrderBook.java");

describe("Java", () => {
  it("measures every method, constructor and lambda; an overload is no recursion", () => {
    expect(functionRows(orders)).toEqual([
      "17-17 lambda OrderBook > twice: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
      "27-29 constructor OrderBook > OrderBook: parameters 2, nesting 0, cyclomatic 1, cognitive 0",
      "31-45 method OrderBook > run: parameters 0, nesting 4, cyclomatic 7, cognitive 15",
      "47-57 method OrderBook > price: parameters 1, nesting 1, cyclomatic 4, cognitive 2",
      "59-59 method OrderBook > price: parameters 2, nesting 0, cyclomatic 1, cognitive 0",
      "61-67 method OrderBook > describe: parameters 1, nesting 2, cyclomatic 5, cognitive 4",
      "69-84 method OrderBook > load: parameters 1, nesting 2, cyclomatic 4, cognitive 8",
      "78-80 method OrderBook.load > compare: parameters 2, nesting 1, cyclomatic 2, cognitive 1",
      "82-82 lambda OrderBook.load > (anonymous): parameters 2, nesting 1, cyclomatic 2, cognitive 1",
      "89-89 method OrderBook.Visitor > deep: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "93-93 method OrderBook.State > live: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "95-95 method OrderBook.State > live: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "99-99 constructor OrderBook.Point > Point: parameters 0, nesting 1, cyclomatic 2, cognitive 1",
    ]);
  });

  it("lists symbols; public, protected and members of interfaces are exported", () => {
    expect(symbolRows(orders)).toEqual([
      "12-103 class OrderBook",
      "14-14 constant OrderBook > LIMIT",
      "14-14 constant OrderBook > FLOOR",
      "- 15-15 constant OrderBook > NAME",
      "- 17-17 function OrderBook > twice",
      "27-29 constructor OrderBook > OrderBook",
      "31-45 method OrderBook > run",
      "- 47-57 method OrderBook > price",
      "- 59-59 method OrderBook > price",
      "- 61-67 method OrderBook > describe",
      "69-84 method OrderBook > load",
      "- 78-80 method OrderBook.load > compare",
      "86-90 interface OrderBook > Visitor",
      "87-87 constant OrderBook.Visitor > DEPTH",
      "88-88 method OrderBook.Visitor > visit",
      "89-89 method OrderBook.Visitor > deep",
      "- 92-96 enum OrderBook > State",
      "- 93-93 constant OrderBook.State > OPEN",
      "- 93-93 method OrderBook.State > live",
      "- 94-94 constant OrderBook.State > SHUT",
      "- 95-95 method OrderBook.State > live",
      "98-100 record OrderBook > Point",
      "99-99 constructor OrderBook.Point > Point",
      "- 102-102 annotation OrderBook > Checked",
    ]);
  });

  it("shows constants of an enum where the enum is shown", async () => {
    const { symbols } = await extract(
      "java",
      "public enum Shown { A, B }\nenum Hidden { C; public void f() {} }\n",
    );
    expect(symbols.map(({ name, exported }) => `${name} ${exported}`)).toEqual([
      "Shown true",
      "A true",
      "B true",
      "Hidden false",
      "C false",
      "f true",
    ]);
  });

  it("lists imports, static and of whole packages, and the package", () => {
    expect(orders.imports).toEqual([
      { raw: "java.util.*", line: 6 },
      { raw: "java.util.function.Function", line: 7 },
      { raw: "java.lang.Math.max", line: 8, form: "static" },
      { raw: "com.example.shop.Prices.*", line: 9, form: "static" },
    ]);
    expect(orders.modules).toEqual(["com.example.shop"]);
  });

  it("counts lines, and no decisions of initialisers", () => {
    expect(orders.lines).toEqual({ code: 85, comment: 4, blank: 14 });
    expect(orders.errorBytes).toBe(0);
    expect(orders.topCyclomatic).toBe(0);
  });

  it("says how many bytes are broken", async () => {
    const broken = await extract("java", "class A {\n  void f() { int = ]; }\n  void g(int a) { }\n}\n");
    expect(broken.errorBytes).toBeGreaterThan(0);
    expect(broken.functions.map(({ name }) => name)).toContain("g");
  });
});
