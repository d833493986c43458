import { describe, expect, test } from "vitest";
import { reachMatcher } from "../../../../src/analysis/discovery/globs.ts";

describe("a folder that cannot be read", () => {
  test.each([
    [undefined, "shut", true],
    [["*.ts"], "shut", true],
    [["src/**"], "shut", false],
    [["src/**"], "src/shut", true],
    [["src/app/**/*.ts"], "src", true],
    [["src/app/*.ts"], "src/apple", false],
    [["./src", "docs/"], "docs/shut", true],
    [["src/{a,b}/x.ts"], "src/b", true],
    [["/lib/**"], "lib", true],
  ])("with --include %j, %s can hold something wanted: %s", (globs, folder, reached) => {
    expect(reachMatcher(globs)(folder)).toBe(reached);
  });
});
