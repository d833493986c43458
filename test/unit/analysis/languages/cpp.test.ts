import { beforeAll, describe, expect, it } from "vitest";
import type { Extracted } from "../../../../src/analysis/measure/extract.ts";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, readFixture, symbolRows } from "../../../helpers/fact-rows.ts";

describe("C++", () => {
  let shapes: Extracted;
  beforeAll(async () => {
    shapes = await extract("cpp", readFixture("shapes.cpp"));
  });

  it("measures every function as a person counts it, and gives a method to its class wherever it stands", () => {
    const shape = "drawing.geometry.Shape";
    const circle = "drawing.geometry.Circle";
    expect(functionRows(shapes)).toEqual([
      "11-11 function isZero: parameters 1, nesting 0, cyclomatic 2, cognitive 1",
      `28-28 constructor ${shape} > Shape: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      `29-32 constructor ${shape} > Shape: parameters 2, nesting 1, cyclomatic 2, cognitive 1`,
      `36-36 method ${shape} > at: parameters 1, nesting 0, cyclomatic 1, cognitive 0`,
      `37-37 method ${shape} > operator==: parameters 1, nesting 0, cyclomatic 1, cognitive 0`,
      `38-38 method ${shape} > operator bool: parameters 0, nesting 0, cyclomatic 2, cognitive 1`,
      `40-40 method ${shape} > unit: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      `45-45 method ${shape}.Cache > clear: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      "52-52 method drawing.geometry.Hash > operator(): parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      // for, if, ?:, else if · for 1, if 2, ?: 3, else if 1
      `56-66 method ${shape}.Cache > area: parameters 2, nesting 3, cyclomatic 5, cognitive 7`,
      `68-68 constructor ${circle} > Circle: parameters 1, nesting 0, cyclomatic 1, cognitive 0`,
      `70-70 method ${circle} > ~Circle: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      `72-72 method ${circle} > operator double: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      "74-76 function drawing.geometry > operator<<: parameters 2, nesting 0, cyclomatic 1, cognitive 0",
      // while, two catches · || in the first lambda 1, if in the second 2, while 1, catch 2, goto 1, catch 2
      `78-97 method ${circle} > within: parameters 2, nesting 2, cyclomatic 4, cognitive 9`,
      `79-79 lambda ${circle}.within > (anonymous): parameters 1, nesting 0, cyclomatic 2, cognitive 1`,
      `80-83 lambda ${circle}.within > sorted: parameters 2, nesting 1, cyclomatic 2, cognitive 1`,
      // two case labels · switch 1, recursion 1
      "101-109 function depth: parameters 1, nesting 1, cyclomatic 3, cognitive 2",
      "111-111 function label: parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "113-113 function plugin_main: parameters 2, nesting 1, cyclomatic 2, cognitive 1",
    ]);
  });

  it("lists symbols, and hides what is static or in an anonymous namespace", () => {
    expect(symbolRows(shapes)).toEqual([
      "5-5 constant EPSILON",
      "- 9-9 variable created",
      "- 11-11 function isZero",
      "15-99 namespace drawing::geometry",
      "17-17 constant drawing.geometry > kMaxSides",
      "18-18 type drawing.geometry > Points",
      "19-19 enum drawing.geometry > Unit",
      "19-19 constant drawing.geometry.Unit > Pixel",
      "19-19 constant drawing.geometry.Unit > Point",
      "21-21 type drawing.geometry > Measured",
      "24-48 class drawing.geometry > Shape",
      "26-26 constant drawing.geometry.Shape > kDefaultSides",
      "28-28 constructor drawing.geometry.Shape > Shape",
      "29-32 constructor drawing.geometry.Shape > Shape",
      "36-36 method drawing.geometry.Shape > at",
      "37-37 method drawing.geometry.Shape > operator==",
      "38-38 method drawing.geometry.Shape > operator bool",
      "40-40 method drawing.geometry.Shape > unit",
      "43-46 struct drawing.geometry.Shape > Cache",
      "45-45 method drawing.geometry.Shape.Cache > clear",
      "51-53 struct drawing.geometry > Hash",
      "52-52 method drawing.geometry.Hash > operator()",
      "56-66 method drawing.geometry.Shape.Cache > area",
      "68-68 constructor drawing.geometry.Circle > Circle",
      "70-70 method drawing.geometry.Circle > ~Circle",
      "72-72 method drawing.geometry.Circle > operator double",
      "74-76 function drawing.geometry > operator<<",
      "78-97 method drawing.geometry.Circle > within",
      "- 101-109 function depth",
      "111-111 function label",
      "113-113 function plugin_main",
    ]);
  });

  it("reads includes and counts lines", () => {
    expect(shapes.imports).toEqual([
      { raw: "vector", line: 2, form: "system" },
      { raw: "shapes.hpp", line: 3, form: "local" },
    ]);
    expect(shapes.lines).toEqual({ code: 90, comment: 1, blank: 22 });
  });

  it("takes a call with another number of arguments for another overload", async () => {
    const overloads =
      "int f(int a) { return f(a, 1); }\nint f(int a, int b) { return b ? f(a, b - 1) : 0; }\n";
    const { functions } = await extract("cpp", overloads);
    expect(functions.map(({ cognitive }) => cognitive)).toEqual([0, 2]);
  });

  it("makes no function of a class behind an export macro", async () => {
    const { functions } = await extract(
      "cpp",
      "class API_EXPORT Window : public Base {\n public:\n  int width;\n};\n",
    );
    expect(functions).toEqual([]);
  });

  it("measures what is whole in a broken file and says how much is not", async () => {
    const broken = await extract(
      "cpp",
      "int a() { return 1; }\n@@@@\nint B::b(int x) { return x ? 1 : 2; }\n",
    );
    expect(functionRows(broken)).toEqual([
      "1-1 function a: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "3-3 method B > b: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
    ]);
    expect(broken.errorBytes).toBe(4);
  });
});
