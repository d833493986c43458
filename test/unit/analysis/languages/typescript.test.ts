import { describe, expect, it } from "vitest";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, symbolRows } from "../../../helpers/fact-rows.ts";
import { extractFixture } from "../../../helpers/fixture.ts";

const limits = await extractFixture("typescript", "rate-limit.ts");

describe("TypeScript", () => {
  it("measures every function, and none without a body", () => {
    expect(functionRows(limits)).toEqual([
      "33-35 function Windows > floor: parameters 2, nesting 0, cyclomatic 2, cognitive 0",
      "42-42 lambda BaseLimiter > onDeny: parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "44-50 constructor BaseLimiter > constructor: parameters 3, nesting 0, cyclomatic 3, cognitive 0",
      "54-56 getter BaseLimiter > size: parameters 0, nesting 0, cyclomatic 3, cognitive 0",
      "58-62 method BaseLimiter > prune: parameters 2, nesting 2, cyclomatic 7, cognitive 4",
      "65-67 method BaseLimiter > describe: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
      "71-79 method WindowLimiter > allow: parameters 2, nesting 0, cyclomatic 4, cognitive 2",
      "72-77 lambda WindowLimiter.allow > (anonymous): parameters 1, nesting 1, cyclomatic 2, cognitive 1",
      "82-84 function isKey: parameters 1, nesting 0, cyclomatic 2, cognitive 1",
      "86-86 lambda pick: parameters 2, nesting 0, cyclomatic 1, cognitive 0",
      "88-88 lambda load: parameters 0, nesting 0, cyclomatic 2, cognitive 0",
      "91-95 function parse: parameters 1, nesting 1, cyclomatic 3, cognitive 3",
    ]);
  });

  it("lists types and what has no body, and hides what is private", () => {
    expect(symbolRows(limits)).toEqual([
      "9-9 constant DEFAULT_LIMIT",
      "- 10-10 constant BUILD",
      "12-12 type Key",
      "- 13-13 type Keys",
      "15-18 interface Limiter",
      "17-17 method Limiter > allow",
      "20-23 enum Verdict",
      "21-21 constant Verdict > Allow",
      "22-22 constant Verdict > Deny",
      "- 26-28 interface Window",
      "31-36 namespace Windows",
      "32-32 constant Windows > SECOND",
      "33-35 function Windows > floor",
      "38-68 class BaseLimiter",
      "39-39 field BaseLimiter > instances",
      "42-42 function BaseLimiter > onDeny",
      "44-50 constructor BaseLimiter > constructor",
      "52-52 method BaseLimiter > allow",
      "54-56 getter BaseLimiter > size",
      "- 58-62 method BaseLimiter > prune",
      "65-67 method BaseLimiter > describe",
      "70-80 class WindowLimiter",
      "71-79 method WindowLimiter > allow",
      "82-84 function isKey",
      "- 86-86 function pick",
      "- 87-87 variable lazy",
      "88-88 function load",
      "91-95 function parse",
    ]);
  });

  it("lists imports of values and types, and those of import equals", () => {
    expect(limits.imports).toEqual([
      { raw: "node:fs", line: 2 },
      { raw: "./clock", line: 3, form: "type" },
      { raw: "./store", line: 4 },
      { raw: "./polyfill", line: 5 },
      { raw: "./clock", line: 6, form: "type" },
      { raw: "./lazy", line: 87, form: "dynamic" },
      { raw: "./lazy", line: 88, form: "dynamic" },
    ]);
  });

  it("counts lines and decisions outside of functions, and none in types", () => {
    expect(limits.lines).toEqual({ code: 78, comment: 2, blank: 16 });
    expect(limits.errorBytes).toBe(0);
    expect(limits.topCyclomatic).toBe(2); // the enum's || and ?:
  });

  it("lists what a declaration file declares", async () => {
    const declared = await extract(
      "typescript",
      'declare module "shop" {\n  export function open(): void;\n}\ndeclare function close(): void;\nexport declare class Till { sum(): number }\n',
    );
    expect(declared.errorBytes).toBe(0);
    expect(declared.functions).toEqual([]);
    expect(symbolRows(declared)).toEqual(["- 1-3 namespace shop", "- 4-4 function close", "5-5 class Till"]);
  });

  it("hides a private field that holds a function", async () => {
    const { symbols } = await extract(
      "typescript",
      "export class A {\n  private f = () => 1;\n  g = () => 2;\n  private static h = 3;\n}\n",
    );
    expect(symbols.map(({ name, exported }) => [name, exported])).toEqual([
      ["A", true],
      ["f", false],
      ["g", true],
      ["h", false],
    ]);
  });

  it("says how many bytes are broken", async () => {
    const broken = await extract("typescript", "function f(): number { return 1 }\ntype T = = string;\n");
    expect(broken.errorBytes).toBeGreaterThan(0);
    expect(broken.functions).toHaveLength(1);
  });
});
