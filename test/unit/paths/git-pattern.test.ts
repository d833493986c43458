import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { IgnoreRules } from "../../../src/paths/ignore-rules.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "caelum-pattern-"));
  execFileSync("git", ["init", "-q"], { cwd: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const piece = fc.constantFrom(
  "a",
  "b",
  "ab",
  "*",
  "**",
  "?",
  "/",
  "[ab]",
  "[!a]",
  "[a-c]",
  "[[:alpha:]]",
  "\\a",
  ".x",
  "{a,b}",
  "(a|b)",
  "+",
  " ",
);
const pattern = fc
  .tuple(fc.boolean(), fc.array(piece, { minLength: 1, maxLength: 6 }))
  .map(([negated, parts]) => (negated ? "!" : "") + parts.join(""));
const component = fc.constantFrom("a", "b", "ab", "abc", "a.x", "b.x", "{a,b}", "a+", "(a|b)", "a b");
const filePath = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));

test("ignore rules decide as git does", () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 4 }),
      fc.uniqueArray(filePath, { minLength: 12, maxLength: 24 }),
      (patterns, paths) => {
        const text = `${patterns.join("\n")}\n`;
        writeFileSync(path.join(folder, ".gitignore"), text);
        const rules = new IgnoreRules();
        rules.add("", text);
        const ignored = paths.filter((each) => rules.ignoresFile(each));
        expect(ignored).toEqual(ignoredByGit(paths));
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

/** The paths do not exist, so git takes them for files and all above them for folders, as we do. */
function ignoredByGit(paths: readonly string[]): string[] {
  try {
    const options = { cwd: folder, input: paths.join("\0"), encoding: "utf8" as const };
    return execFileSync("git", ["check-ignore", "--no-index", "-z", "--stdin"], options)
      .split("\0")
      .slice(0, -1);
  } catch (error) {
    if ((error as { status?: number }).status === 1) return [];
    throw error;
  }
}
