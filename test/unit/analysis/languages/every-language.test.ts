import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LanguageData } from "../../../../src/analysis/language.ts";
import { languages } from "../../../../src/analysis/languages/index.ts";
import { compileLanguage } from "../../../../src/analysis/measure/compile.ts";
import { UnknownKindError } from "../../../../src/analysis/measure/field-path.ts";
import { loadGrammar } from "../../../helpers/extract.ts";
import { extractFixture } from "../../../helpers/fixture.ts";

const fixtures = readdirSync(new URL("../../../fixtures/analysis/languages/", import.meta.url));
const fixturesOf = ({ extensions }: LanguageData): string[] =>
  fixtures.filter((file) => extensions.some((extension) => file.endsWith(extension)));

describe.each(languages.map((language) => ({ id: language.id, language })))("$id", ({ id, language }) => {
  it("names only kinds and fields that its grammar has", async () => {
    const grammar = await loadGrammar(id);
    expect(compileLanguage(language, grammar.language).data).toBe(language);
  });

  it("parses its own fixture without an error", async () => {
    const files = fixturesOf(language);
    expect(files).not.toEqual([]);
    for (const file of files) {
      const { errorBytes, functions, symbols } = await extractFixture(id, file);
      expect(errorBytes, file).toBe(0);
      expect(functions.length, file).toBeGreaterThan(0);
      expect(symbols.length, file).toBeGreaterThan(0);
    }
  });
});

describe("the set of languages", () => {
  it("has thirteen, no two with the same id or extension", () => {
    expect(new Set(languages.map(({ id }) => id)).size).toBe(13);
    const extensions = languages.flatMap((language) => language.extensions);
    expect(new Set(extensions).size).toBe(extensions.length);
  });

  it("refuses a kind, a token and a field that the grammar does not have", async () => {
    const { language } = await loadGrammar("javascript");
    const javascript = languages.find(({ id }) => id === "javascript")!;
    const compile = (wrong: Partial<LanguageData>) => () =>
      compileLanguage({ ...javascript, ...wrong }, language);
    expect(compile({ decisions: ["no_such_statement"] })).toThrow(UnknownKindError);
    expect(compile({ decisions: ["'no-such-token'"] })).toThrow(UnknownKindError);
    expect(compile({ calls: { call_expression: { callee: "no_such_field" } } })).toThrow(UnknownKindError);
  });
});
