import { describe, expect, it } from "vitest";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, symbolRows } from "../../../helpers/fact-rows.ts";
import { extractFixture } from "../../../helpers/fixture.ts";

const queue = await extractFixture("javascript", "job-queue.js");

describe("JavaScript", () => {
  it("measures every function", () => {
    expect(functionRows(queue)).toEqual([
      "16-16 lambda isUrgent: parameters 1, nesting 0, cyclomatic 4, cognitive 1",
      "19-24 function backoff: parameters 2, nesting 1, cyclomatic 7, cognitive 3",
      "29-29 lambda Queue > onIdle: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "35-38 constructor Queue > constructor: parameters 1, nesting 0, cyclomatic 2, cognitive 0",
      "40-42 getter Queue > length: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "44-46 setter Queue > limit: parameters 1, nesting 0, cyclomatic 2, cognitive 0",
      "48-66 method Queue > run: parameters 1, nesting 4, cyclomatic 8, cognitive 16",
      "68-70 method Queue > #sleep: parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "69-69 lambda Queue.#sleep > (anonymous): parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "73-83 function describeJob: parameters 1, nesting 2, cyclomatic 6, cognitive 4",
      "85-88 function walk: parameters 1, nesting 1, cyclomatic 2, cognitive 2",
      "91-93 method start: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
      "94-97 lambda stop: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "100-104 lambda each: parameters 2, nesting 0, cyclomatic 1, cognitive 2",
      "101-103 lambda each > (anonymous): parameters 1, nesting 1, cyclomatic 2, cognitive 1",
    ]);
  });

  it("lists symbols, and exports also where a list at the end names them", () => {
    expect(symbolRows(queue)).toEqual([
      "- 11-11 constant MAX_ATTEMPTS",
      "- 12-12 constant platform",
      "- 13-13 variable running",
      "- 15-15 constant legacy",
      "16-16 function isUrgent",
      "- 19-24 function backoff",
      "26-71 class Queue",
      "27-27 field Queue > defaultSize",
      "29-29 function Queue > onIdle",
      "35-38 constructor Queue > constructor",
      "40-42 getter Queue > length",
      "44-46 setter Queue > limit",
      "48-66 method Queue > run",
      "- 68-70 method Queue > #sleep",
      "73-83 function describeJob",
      "85-88 function walk",
      "90-98 constant handlers",
      "91-93 method start",
      "94-97 function stop",
      "- 100-104 function each",
    ]);
  });

  it("lists imports, exports from elsewhere, requires and dynamic imports", () => {
    expect(queue.imports).toEqual([
      { raw: "node:events", line: 5 },
      { raw: "node:path", line: 6 },
      { raw: "./defaults.js", line: 7 },
      { raw: "./codec.js", line: 8 },
      { raw: "./errors.js", line: 9 },
      { raw: "./legacy.cjs", line: 15, form: "require" },
      { raw: "./stop.js", line: 95, form: "dynamic" },
    ]);
  });

  it("counts lines, and no decisions of fields and static blocks", () => {
    expect(queue.lines).toEqual({ code: 85, comment: 5, blank: 16 });
    expect(queue.errorBytes).toBe(0);
    expect(queue.topCyclomatic).toBe(0);
  });

  it("finds functions behind broken code, and says how many bytes are broken", async () => {
    const broken = await extract(
      "javascript",
      "function before() { return 1; }\n]] ;\nfunction after(a) { if (a) b(); }\n",
    );
    expect(broken.errorBytes).toBe(2);
    expect(functionRows(broken)).toEqual([
      "1-1 function before: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "3-3 function after: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
    ]);
  });

  it("does not nest what stands in a condition, nor in that of an else-if", async () => {
    const { functions } = await extract(
      "javascript",
      `function f(a) {
        if (a ? b : c) { } // if +1, ternary +1
        else if (a ? b : c) { } // else +1, ternary +1
        while (a ? b : c) { } // while +1, ternary +2: only an if's condition is free
      }`,
    );
    expect(functions[0]!.cognitive).toBe(7);
  });

  it("takes a call of a function with the same name as a method for another function", async () => {
    const { functions } = await extract("javascript", "class A { parse(x) { return parse(x); } }");
    expect(functions[0]!.cognitive).toBe(0);
    const own = await extract("javascript", "class A { parse(x) { return this.parse(x); } }");
    expect(own.functions[0]!.cognitive).toBe(1);
  });

  it("folds a computed name that runs over lines, and takes the quotes off one that is quoted", async () => {
    const { functions } = await extract("javascript", 'x = { [a +\n  b]() { }, "c-d": () => 1 };');
    expect(functions.map(({ name }) => name)).toEqual(["[a + b]", "c-d"]);
  });

  it("lists every name of a destructuring pattern, each where it stands", async () => {
    const symbols = await extract(
      "javascript",
      `const { a, "b-b": { c }, d = () => 1, ...rest } = require("x"), plain = 2;
export const [x, , y = 1, ...[z]] = f();
let {
  one = { no: 1 }, // why
  [two + 1]: three,
} = (() => { const { inner } = 1; })();
if (a) { var { notAtTheTop } = a; }
[x, plain] = [plain, x];
`,
    );
    expect(symbolRows(symbols)).toEqual([
      "- 1-1 constant a",
      "- 1-1 constant c",
      "- 1-1 constant d",
      "- 1-1 constant rest",
      "- 1-1 constant plain",
      "2-2 constant x",
      "2-2 constant y",
      "2-2 constant z",
      "- 4-6 variable one",
      "- 5-6 variable three",
    ]);
    expect(symbols.symbols.at(-1)!.signature).toBe(
      "{ one = { no: 1 }, // why [two + 1]: three, } = (() => { const { inner } = 1; })()",
    );
  });

  it("cuts signatures before the body, to one line and 160 characters", async () => {
    const parameters = Array.from({ length: 60 }, (_, index) => `p${index}`).join(",\n  ");
    const { symbols } = await extract(
      "javascript",
      `async function  f (a,\n  b) { }\nfunction g(${parameters}) { }`,
    );
    expect(symbols[0]!.signature).toBe("async function f (a, b)");
    expect(symbols[1]!.signature).toHaveLength(160);
    expect(symbols[1]!.signature).toMatch(/^function g\(p0, p1, .*…$/);
  });

  it("reads an empty file, a file of white space and a file of comments", async () => {
    expect((await extract("javascript", "")).lines).toEqual({ code: 0, comment: 0, blank: 0 });
    expect((await extract("javascript", "\n  \n\t")).lines).toEqual({ code: 0, comment: 0, blank: 3 });
    expect((await extract("javascript", "// a\n\n/* b\n\n c */")).lines).toEqual({
      code: 0,
      comment: 3,
      blank: 2,
    });
  });
});
