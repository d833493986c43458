import { describe, expect, it } from "vitest";
import { extract } from "../../../helpers/extract.ts";
import { functionRows, symbolRows } from "../../../helpers/fact-rows.ts";
import { extractFixture } from "../../../helpers/fixture.ts";

const ledger = await extractFixture("rust", "ledger.rs");

describe("Rust", () => {
  it("measures every function, and nothing inside a macro's arguments", () => {
    expect(functionRows(ledger)).toEqual([
      "42-44 method Account > is_empty: parameters 1, nesting 0, cyclomatic 2, cognitive 1",
      "50-57 method Entry > balance: parameters 1, nesting 1, cyclomatic 5, cognitive 2",
      "61-73 method Entry > parse: parameters 2, nesting 1, cyclomatic 7, cognitive 7",
      "65-65 lambda Entry.parse > (anonymous): parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "75-90 method Entry > settle: parameters 2, nesting 3, cyclomatic 5, cognitive 9",
      "93-98 function total: parameters 2, nesting 0, cyclomatic 1, cognitive 3",
      "94-96 lambda total > weigh: parameters 2, nesting 1, cyclomatic 2, cognitive 2",
      "97-97 lambda total > (anonymous): parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "102-102 method Vec > balance: parameters 1, nesting 0, cyclomatic 1, cognitive 0",
      "110-114 function tests > parses: parameters 0, nesting 0, cyclomatic 1, cognitive 0",
    ]);
  });

  it("lists symbols; what a trait demands is as visible as the trait", () => {
    expect(symbolRows(ledger)).toEqual([
      "14-14 constant MAX_NAME",
      "- 15-16 constant GREETING",
      "- 18-20 macro cents",
      "23-26 struct Entry",
      "28-31 enum Kind",
      "29-29 constant Kind > Debit",
      "30-30 constant Kind > Credit",
      "- 33-33 union Bits",
      "- 35-35 type Names",
      "37-45 trait Account",
      "38-38 constant Account > LIMIT",
      "40-40 method Account > balance",
      "42-44 method Account > is_empty",
      "48-48 constant Entry > LIMIT",
      "50-57 method Entry > balance",
      "61-73 method Entry > parse",
      "- 75-90 method Entry > settle",
      "93-98 function total",
      "101-101 constant Vec > LIMIT",
      "102-102 method Vec > balance",
      "- 106-115 module tests",
      "- 110-114 function tests > parses",
    ]);
  });

  it("lists use trees as they are written, extern crates and modules of other files", () => {
    expect(ledger.imports).toEqual([
      { raw: "std::collections::HashMap", line: 3 },
      { raw: "std::{fmt::{self, Display},io,}", line: 4 },
      { raw: "crate::money::*", line: 8 },
      { raw: "serde", line: 9, form: "extern-crate" },
      { raw: "storage", line: 10, form: "mod" },
      { raw: "rates", line: 11, form: "mod" },
      { raw: "super::*", line: 107 },
    ]);
  });

  it("counts lines, documentation as comment", () => {
    expect(ledger.lines).toEqual({ code: 93, comment: 4, blank: 18 });
    expect(ledger.errorBytes).toBe(0);
    expect(ledger.topCyclomatic).toBe(0);
  });

  it("says how many bytes are broken", async () => {
    const broken = await extract("rust", "fn f() { let = ]; }\n\nfn g(a: i32) -> i32 { a }\n");
    expect(broken.errorBytes).toBeGreaterThan(0);
    expect(broken.functions.map(({ name }) => name)).toContain("g");
  });
});
