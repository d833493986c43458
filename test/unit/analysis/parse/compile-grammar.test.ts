import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { largestFunction } from "../../../../src/analysis/parse/compile-grammar.ts";
import { testAssets } from "../../../helpers/extract.ts";

const helper = fileURLToPath(new URL("../../../helpers/bash-in-a-loop.ts", import.meta.url));

describe("the size of a module's functions", () => {
  test.each([
    ["tree-sitter-bash", 159_934],
    ["tree-sitter-c", 40_596],
  ])("is read from the code of %s", (name, bytes) => {
    expect(largestFunction(gunzipSync(testAssets.grammar(name)))).toBe(bytes);
  });

  test("is nothing for a module without code, and for what is cut off", () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    expect(largestFunction(empty)).toBe(0);
    expect(largestFunction(Uint8Array.of(...empty, 10, 0x80))).toBe(0);
  });
});

describe("a grammar with a very large function", () => {
  test("is never optimized, which would take hundreds of megabytes", () => {
    const printed = execFileSync(process.execPath, [helper], { encoding: "utf8" });
    expect(Number(printed)).toBeGreaterThan(0);
    expect(Number(printed)).toBeLessThan(100_000_000);
  });
});
