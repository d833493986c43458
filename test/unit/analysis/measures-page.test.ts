import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { measuresPage, withTables } from "../../../scripts/measures-table.ts";
import { languages } from "../../../src/analysis/languages/index.ts";

describe("docs/measures.md", () => {
  const page = readFileSync(measuresPage, "utf8");

  it("says of every language what the language data says", () => {
    // When this fails: node scripts/measures-table.ts
    expect(page).toBe(withTables(page));
    for (const { name } of languages) expect(page).toContain(`\n| ${name} | \``);
  });
});
