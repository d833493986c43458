import { beforeAll, describe, expect, it } from "vitest";
import type { Extracted } from "../../../../src/analysis/measure/extract.ts";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, readFixture, symbolRows } from "../../../helpers/fact-rows.ts";

describe("C", () => {
  let queue: Extracted;
  beforeAll(async () => {
    queue = await extract("c", readFixture("queue.c"));
  });

  it("measures every function as a person counts it", () => {
    expect(functionRows(queue)).toEqual([
      "33-37 function queue_open: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "40-45 function queue_used: parameters 2, nesting 1, cyclomatic 2, cognitive 1",
      // if, ||, ||, &&, else if · if 1, the runs || and && 2, else if 1, else 1, goto 1
      "47-60 function push: parameters 2, nesting 1, cyclomatic 6, cognitive 6",
      // for, three case labels, while · for 1, switch 2, while 3
      "62-82 function queue_visit: parameters 3, nesting 3, cyclomatic 6, cognitive 6",
      // if · #if 1 with its && 1, #else 1, #ifdef 2, if 3
      "84-95 function queue_name: parameters 1, nesting 3, cyclomatic 2, cognitive 8",
      "97-103 function queue_chooser: parameters 1, nesting 1, cyclomatic 3, cognitive 2",
      // if · if 1, recursion 1; the ellipsis is no parameter
      "105-111 function queue_drain: parameters 1, nesting 1, cyclomatic 2, cognitive 2",
    ]);
  });

  it("lists macros, types, constants and variables, and hides what is static", () => {
    expect(symbolRows(queue)).toEqual([
      "9-9 constant QUEUE_MAX",
      "11-11 macro IS_FULL",
      "13-13 type queue_t",
      "14-14 type visit_fn",
      "16-16 enum state",
      "16-16 constant state > IDLE",
      "16-16 constant state > RUNNING",
      "18-23 struct queue",
      "- 25-25 constant names",
      "26-26 constant queue_version",
      "- 27-27 variable opened",
      "33-37 function queue_open",
      "40-45 function queue_used",
      "- 47-60 function push",
      "62-82 function queue_visit",
      "84-95 function queue_name",
      "97-103 function queue_chooser",
      "105-111 function queue_drain",
    ]);
    expect(queue.symbols.find(({ name }) => name === "queue_used")?.signature).toBe(
      "int queue_used(q, fallback) queue_t *q; int fallback;",
    );
  });

  it("tells system includes from local ones and leaves a macro as it is", () => {
    expect(queue.imports).toEqual([
      { raw: "errno.h", line: 4, form: "system" },
      { raw: "stdlib.h", line: 5, form: "system" },
      { raw: "queue.h", line: 6, form: "local" },
      { raw: "PLATFORM_HEADER", line: 7 },
    ]);
  });

  it("counts lines of code, comment and nothing", () => {
    expect(queue.lines).toEqual({ code: 91, comment: 6, blank: 14 });
    expect(queue.errorBytes).toBe(0);
  });

  it("takes an include guard for no structure, but a choice between platforms for one", async () => {
    const guarded = await extract("c", "#ifndef A_H\n#define A_H\nint a(void);\n#endif\n");
    expect(guarded.topCognitive).toBe(0);
    const chosen = await extract("c", "#ifdef _WIN32\nint a;\n#elif B\nint b;\n#else\nint c;\n#endif\n");
    expect([chosen.topCyclomatic, chosen.topCognitive]).toEqual([0, 3]);
  });

  it("takes a loop that a macro makes for no function", async () => {
    const { functions } = await extract(
      "c",
      "int f(void) {\n  for_each_cpu(i) { if (i) g(i); }\n  return 1;\n}\n",
    );
    expect(functions.map(({ name, cyclomatic }) => [name, cyclomatic])).toEqual([["f", 2]]);
  });

  it("finds the name behind attributes that are unknown macros", async () => {
    const source =
      "static int __init start(void) { return 1; }\nstatic int __init stop(int a, int b) { return a; }\n";
    const { functions } = await extract("c", source);
    expect(functions.map(({ name, parameters }) => [name, parameters])).toEqual([
      ["start", 0],
      ["stop", 2],
    ]);
  });

  it("measures what is whole in a broken file and says how much is not", async () => {
    const broken = await extract(
      "c",
      "int a(void) { return 1; }\n@@@@\nint b(int x) { if (x) return 2; return 3; }\n",
    );
    expect(functionRows(broken)).toEqual([
      "1-1 function a: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "3-3 function b: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
    ]);
    expect(broken.errorBytes).toBe(4);
    const inside = await extract("c", "int a(void) { return 1; }\nint b(int x) { x = = 2; return x; }\n");
    expect(inside.functions.map(({ errorBytes }) => errorBytes)).toEqual([0, 1]);
  });
});
