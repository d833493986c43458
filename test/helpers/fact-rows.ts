import { readFileSync } from "node:fs";
import type { Extracted } from "../../src/analysis/measure/extract.ts";

/** Functions as rows that can be compared with what a person counts: one line each, named columns. */
export function functionRows(extracted: Extracted): string[] {
  return extracted.functions.map(
    (one) =>
      `${one.line}-${one.endLine} ${one.kind} ${[one.container, one.name].filter(Boolean).join(" > ")}: ` +
      `parameters ${one.parameters}, nesting ${one.nesting}, cyclomatic ${one.cyclomatic}, cognitive ${one.cognitive}`,
  );
}

/** Symbols as rows; a minus stands before what cannot be seen from outside its file. */
export function symbolRows(extracted: Extracted): string[] {
  return extracted.symbols.map(
    (one) =>
      `${one.exported ? "" : "- "}${one.line}-${one.endLine} ${one.kind} ` +
      [one.container, one.name].filter(Boolean).join(" > "),
  );
}

/** A source file that stands in for real code of one language. */
export function readFixture(name: string): string {
  return readFileSync(new URL(`../fixtures/analysis/languages/${name}`, import.meta.url), "utf8");
}
