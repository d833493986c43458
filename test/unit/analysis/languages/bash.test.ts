import { beforeAll, describe, expect, it } from "vitest";
import type { Extracted } from "../../../../src/analysis/measure/extract.ts";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, readFixture, symbolRows } from "../../../helpers/fact-rows.ts";

describe("Bash", () => {
  let backup: Extracted;
  beforeAll(async () => {
    backup = await extract("bash", readFixture("backup.sh"));
  });

  it("measures every function as a person counts it", () => {
    expect(functionRows(backup)).toEqual([
      "14-20 function usage: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "22-24 function is_remote: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      "26-26 function size_of: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
      // for, if, &&, ||, elif, ||, && · for 1, if 2, && 1, || 1, elif 1, || 1, && 1, else 1
      "28-41 function prune: parameters 0, nesting 2, cyclomatic 8, cognitive 9",
      // two patterns, &&, || · case 1, && 1, || 1, recursion 1
      "43-55 function copy: parameters 0, nesting 1, cyclomatic 5, cognitive 4",
      // until, while, ?:, if, if · until 1, while 2, ?: 3, if 2, else 1, if 3
      "57-67 function wait_for_host: parameters 0, nesting 3, cyclomatic 6, cognitive 12",
      "69-76 function choose: parameters 0, nesting 2, cyclomatic 3, cognitive 3",
    ]);
  });

  it("lists functions and declared variables", () => {
    expect(symbolRows(backup)).toEqual([
      "9-9 constant KEEP",
      "9-9 constant HOST",
      "10-10 variable folders",
      "11-11 variable LANG",
      "14-20 function usage",
      "22-24 function is_remote",
      "26-26 function size_of",
      "28-41 function prune",
      "43-55 function copy",
      "57-67 function wait_for_host",
      "69-76 function choose",
    ]);
  });

  it("reads what is sourced, as it is written", () => {
    expect(backup.imports).toEqual([
      { raw: '$(dirname "$0")/lib/log.sh', line: 5 },
      { raw: "./config.sh", line: 6 },
      { raw: "~/.backuprc", line: 7 },
    ]);
  });

  it("counts lines, and decisions outside of functions", () => {
    expect(backup.lines).toEqual({ code: 78, comment: 2, blank: 14 });
    // &&, while, a pattern, &&, if, for · && 1, while 1, case 2, && 1, if 1, for 1
    expect([backup.topCyclomatic, backup.topCognitive]).toEqual([6, 7]);
    expect(backup.errorBytes).toBe(0);
  });

  it("measures what is whole in a broken file and says how much is not", async () => {
    const broken = await extract("bash", "a() { b && c; }\nd() { if; then e; fi; }\n");
    expect(broken.functions.map(({ name, cyclomatic }) => [name, cyclomatic])).toContainEqual(["a", 2]);
    expect(broken.errorBytes).toBeGreaterThan(0);
    expect(broken.functions.find(({ name }) => name === "a")?.errorBytes).toBe(0);
  });
});
