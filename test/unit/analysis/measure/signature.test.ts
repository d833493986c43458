import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signature } from "../../../../src/analysis/measure/signature.ts";

const SPACE = /[\0-\x20\x7f\xa0\u2028\u2029\ufeff]+/u;

/** The definition, without a thought for speed. */
function plainly(text: string): string {
  const line = text.split(SPACE).filter(Boolean).join(" ");
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

const piece = fc.constantFrom(
  "a",
  "int",
  " ",
  "\n\t",
  "é",
  "\u3000",
  "\u00a0",
  "\u0001",
  "x".repeat(50),
  "y".repeat(170),
  " ".repeat(700),
);

describe("a signature", () => {
  test("is what stands there with white space folded, and no longer than 160 characters", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.nat(), fc.nat(), (pieces, from, length) => {
        const text = pieces.join("");
        const start = from % (text.length + 1);
        const stop = start + (length % (text.length - start + 1));
        expect(signature(text, start, stop)).toBe(plainly(text.slice(start, stop)));
      }),
      { numRuns: 3000 },
    );
  });
});
