import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnchorScanner } from "../../../../src/analysis/secrets/anchors.ts";
import { detectors } from "../../../../src/analysis/secrets/detectors.ts";

function scan(anchors: readonly (readonly string[])[], text: string): (number[] | undefined)[] {
  return new AnchorScanner(anchors).scan(text);
}

/** One after the other, as it is said and not as it is done. */
function searched(anchors: readonly (readonly string[])[], text: string): (number[] | undefined)[] {
  return anchors.map((texts) => {
    const ends = texts.flatMap((anchor) =>
      Array.from(text, (_, at) => at)
        .filter((at) => text.startsWith(anchor, at))
        .map((at) => at + anchor.length),
    );
    return ends.length === 0 ? undefined : ends.sort((a, b) => a - b);
  });
}

describe("the search for anchors", () => {
  it("finds each anchor of every detector at even and odd places, at the beginning and at the end", () => {
    const all = detectors.map(({ anchors }) => anchors);
    for (const anchor of all.flat()) {
      for (const text of [anchor, ` ${anchor}`, `${anchor} `, ` ${anchor} `, `${anchor}${anchor}`]) {
        expect(scan(all, text), text).toEqual(searched(all, text));
      }
    }
  });

  it("finds what a search for one after the other finds in any text", () => {
    const letter = fc.constantFrom("a", "b", "c", "é", "\u{1F511}", "\u0161");
    const anchor = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 3, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(anchor, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.oneof(letter, anchor), { maxLength: 30 }).map((parts) => parts.join("")),
        (anchors, text) => {
          expect(scan(anchors, text)).toEqual(searched(anchors, text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("takes characters that share their last bits with an anchor's for what they are", () => {
    const shifted = Array.from("AKIA", (character) => String.fromCharCode(character.charCodeAt(0) + 256));
    expect(scan([["AKIA"]], shifted.join(""))).toEqual([undefined]);
  });

  it("sees nothing of a longer text that was read before", () => {
    expect(scan([["AKIA"]], "AKIAAKIA")).toEqual([[4, 8]]);
    expect(scan([["AKIA"]], "AKI")).toEqual([undefined]);
  });

  it("finds anchors at every place of a text of several pieces", () => {
    const near = 1 << 16;
    for (let at = near - 6; at < near + 2; at++) {
      const text = `${" ".repeat(at)}AKIA${" ".repeat(near)}`;
      expect(scan([["AKIA"], ["KIA"]], text)).toEqual([[at + 4], [at + 4]]);
    }
  });

  it("refuses an anchor that is too short to be met at every place", () => {
    expect(() => new AnchorScanner([["SK"]])).toThrow(RangeError);
  });
});
