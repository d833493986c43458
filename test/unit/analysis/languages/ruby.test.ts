import { beforeAll, describe, expect, it } from "vitest";
import type { Extracted } from "../../../../src/analysis/measure/extract.ts";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, readFixture, symbolRows } from "../../../helpers/fact-rows.ts";

const book = "Accounting.Ledger.Book";

describe("Ruby", () => {
  let ledger: Extracted;
  beforeAll(async () => {
    ledger = await extract("ruby", readFixture("ledger.rb"));
  });

  it("lists every constant of an assignment to several, and one that is only set when it is not", async () => {
    const found = await extract("ruby", "A, (b, *C) = 1, [2, 3]\nD ||= 4\nE.x, F::G = 3\n");
    expect(symbolRows(found)).toEqual(["1-1 constant A", "1-1 constant C", "2-2 constant D"]);
  });

  it("measures every method as a person counts it", () => {
    expect(functionRows(ledger)).toEqual([
      `20-22 method ${book} > open: parameters 6, nesting 0, cyclomatic 1, cognitive 0`,
      // ||=
      `27-30 constructor ${book} > initialize: parameters 1, nesting 0, cyclomatic 2, cognitive 0`,
      `32-32 method ${book} > empty: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      `34-34 method ${book} > total: parameters 0, nesting 0, cyclomatic 1, cognitive 0`,
      // &.
      `36-38 method ${book} > name=: parameters 1, nesting 0, cyclomatic 2, cognitive 0`,
      `40-42 method ${book} > <=>: parameters 1, nesting 0, cyclomatic 1, cognitive 0`,
      // unless, &&, ||, if, and, if, elsif, while, unless ·
      // unless 1, && 1, || 1, if 1, and 1; in the block: if 2, elsif 1, else 1, while 3; unless 1, recursion 1
      `44-58 method ${book} > post: parameters 1, nesting 2, cyclomatic 10, cognitive 14`,
      // two whens, ?: · case 1, ?: 2
      `60-68 method ${book} > kind_of: parameters 1, nesting 2, cyclomatic 4, cognitive 3`,
      `70-79 method ${book} > match: parameters 1, nesting 1, cyclomatic 3, cognitive 1`,
      // rescue, if, rescue, unless, until, ||, for, rescue ·
      // rescue 1, if 2, rescue 1, unless 2, until 1, || 1, for 1, rescue 1
      `81-100 method ${book} > sync: parameters 0, nesting 2, cyclomatic 9, cognitive 10`,
      `102-105 method ${book} > pick: parameters 0, nesting 0, cyclomatic 1, cognitive 2`,
      `103-103 lambda ${book}.pick > chooser: parameters 2, nesting 1, cyclomatic 2, cognitive 1`,
      "109-113 method main: parameters 1, nesting 1, cyclomatic 2, cognitive 1",
    ]);
  });

  it("lists modules, classes, constants and methods", () => {
    expect(symbolRows(ledger)).toEqual([
      "12-107 module Accounting",
      "13-13 constant Accounting > VERSION",
      "15-106 class Accounting.Ledger > Book",
      `16-16 constant ${book} > LIMIT`,
      `17-17 constant ${book} > Row`,
      `20-22 method ${book} > open`,
      `27-30 constructor ${book} > initialize`,
      `32-32 method ${book} > empty`,
      `34-34 method ${book} > total`,
      `36-38 method ${book} > name=`,
      `40-42 method ${book} > <=>`,
      `44-58 method ${book} > post`,
      `60-68 method ${book} > kind_of`,
      `70-79 method ${book} > match`,
      `81-100 method ${book} > sync`,
      `102-105 method ${book} > pick`,
      "109-113 method main",
    ]);
    expect(ledger.symbols.find(({ name }) => name === "Book")?.signature).toBe("class Ledger::Book < Base");
  });

  it("reads what is required and not what another object loads", () => {
    expect(ledger.imports).toEqual([
      { raw: "json", line: 4, form: "require" },
      { raw: "ledger/entry", line: 5, form: "require_relative" },
      { raw: "ledger/report", line: 6, form: "autoload" },
      { raw: "ledger/tasks.rb", line: 7, form: "load" },
    ]);
  });

  it("counts lines, and decisions outside of methods", () => {
    expect(ledger.lines).toEqual({ code: 91, comment: 5, blank: 17 });
    expect([ledger.topCyclomatic, ledger.topCognitive]).toEqual([1, 1]);
    expect(ledger.errorBytes).toBe(0);
  });

  it("measures what is whole in a broken file and says how much is not", async () => {
    const broken = await extract("ruby", "def a\n  1 if b\nend\n\ndef c\n  x = = 2\nend\n");
    expect(functionRows(broken)).toEqual([
      "1-3 method a: parameters 0, nesting 1, cyclomatic 2, cognitive 1",
      "5-7 method c: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
    ]);
    expect(broken.functions.map(({ errorBytes }) => errorBytes)).toEqual([0, 1]);
  });
});
