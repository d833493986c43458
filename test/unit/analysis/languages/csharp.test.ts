import { beforeAll, describe, expect, it } from "vitest";
import type { Extracted } from "../../../../src/analysis/measure/extract.ts";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, readFixture, symbolRows } from "../../../helpers/fact-rows.ts";

const service = "Shop.Orders.OrderService";

describe("C#", () => {
  let orders: Extracted;
  beforeAll(async () => {
    orders = await extract("csharp", readFixture("OrderService.cs"));
  });

  it("measures every function as a person counts it", () => {
    expect(functionRows(orders)).toEqual([
      // ?., ??
      `28-28 getter ${service} > Count: parameters 0, nesting 0, cyclomatic 3, cognitive 0`,
      `32-37 getter ${service} > this: parameters 0, nesting 1, cyclomatic 3, cognitive 2`,
      `38-38 setter ${service} > this: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      `43-43 method ${service} > Changed: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      `44-44 method ${service} > Changed: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      `47-50 constructor ${service} > OrderService: parameters 1, nesting 0, cyclomatic 1, cognitive 0`,
      `52-52 method ${service} > ~OrderService: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      `54-54 method ${service} > operator +: parameters 2, nesting 0, cyclomatic 1, cognitive 0`,
      `56-56 method ${service} > operator int: parameters 1, nesting 0, cyclomatic 1, cognitive 0`,
      // foreach, if, else if, and, or, ?: · foreach 1, if 2, else if 1, or 1, and 1, else 1, #if 1, ?: 1
      `61-77 method ${service} > PriceOf: parameters 2, nesting 2, cyclomatic 7, cognitive 9`,
      // two case labels, two arms · switch 1, goto 1, switch expression 1, recursion 1
      `79-96 method ${service} > Describe: parameters 2, nesting 1, cyclomatic 5, cognitive 4`,
      // for, catch, do, ??= · && in the lambda 1, for 1, catch 2, do 3
      `98-115 method ${service} > Retry: parameters 2, nesting 3, cyclomatic 5, cognitive 7`,
      `100-100 lambda ${service}.Retry > last: parameters 1, nesting 0, cyclomatic 2, cognitive 1`,
      `101-101 function ${service}.Retry > Done: parameters 1, nesting 0, cyclomatic 1, cognitive 0`,
      `113-113 lambda ${service}.Retry > (anonymous): parameters 1, nesting 0, cyclomatic 1, cognitive 0`,
      `120-120 method ${service}.Cache > Misses: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
    ]);
  });

  it("lists symbols, and hides members of classes unless they are public or internal", () => {
    expect(symbolRows(orders)).toEqual([
      "7-7 namespace Shop.Orders",
      "9-9 enum Shop.Orders > Status",
      "9-9 constant Shop.Orders.Status > Open",
      "9-9 constant Shop.Orders.Status > Paid",
      "11-11 type Shop.Orders > Notify",
      "13-16 interface Shop.Orders > IPricing",
      "15-15 method Shop.Orders.IPricing > PriceOf",
      "18-18 record Shop.Orders > Money",
      "20-122 class Shop.Orders > OrderService",
      `- 22-22 constant ${service} > MaxLines`,
      `- 22-22 constant ${service} > MinLines`,
      `23-23 constant ${service} > Prefix`,
      `26-26 property ${service} > Name`,
      `28-28 property ${service} > Count`,
      `- 47-50 constructor ${service} > OrderService`,
      `- 52-52 method ${service} > ~OrderService`,
      `54-54 method ${service} > operator +`,
      `56-56 method ${service} > operator int`,
      `- 58-58 method ${service} > Flush`,
      `61-77 method ${service} > PriceOf`,
      `- 79-96 method ${service} > Describe`,
      `98-115 method ${service} > Retry`,
      `- 101-101 function ${service}.Retry > Done`,
      `- 117-121 class ${service} > Cache`,
      `120-120 method ${service}.Cache > Misses`,
    ]);
  });

  it("reads usings of every form, the namespace and lines", () => {
    expect(orders.imports).toEqual([
      { raw: "System.Linq", line: 2, form: "global" },
      { raw: "System", line: 3 },
      { raw: "System.Math", line: 4, form: "static" },
      { raw: "System.Text.Json", line: 5, form: "alias" },
    ]);
    expect(orders.modules).toEqual(["Shop.Orders"]);
    expect(orders.lines).toEqual({ code: 101, comment: 2, blank: 19 });
    expect(orders.errorBytes).toBe(0);
  });

  it("puts types of nested namespaces into both", async () => {
    const { symbols, modules } = await extract("csharp", "namespace A { namespace B.C { class D { } } }\n");
    expect(symbols.map(({ container, name }) => [container, name])).toEqual([
      [undefined, "A"],
      ["A", "B.C"],
      ["A.B.C", "D"],
    ]);
    expect(modules).toEqual(["A", "B.C"]);
  });

  it("measures what is whole in a broken file and says how much is not", async () => {
    const broken = await extract(
      "csharp",
      "class A {\n  int F(int x) => x > 1 ? 1 : 2;\n  §§\n  void G() { }\n}\n",
    );
    expect(functionRows(broken)).toEqual([
      "2-2 method A > F: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
      "4-4 method A > G: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
    ]);
    // Bytes, not characters.
    expect(broken.errorBytes).toBe(4);
  });
});
