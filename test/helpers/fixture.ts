import { readFileSync } from "node:fs";
import type { Extracted } from "../../src/analysis/measure/extract.ts";
import { extract } from "./extract.ts";

/** Measures one of the files in `test/fixtures/analysis/languages/`. */
export async function extractFixture(language: string, file: string): Promise<Extracted> {
  const url = new URL(`../fixtures/analysis/languages/${file}`, import.meta.url);
  return extract(language, readFileSync(url, "utf8"));
}
