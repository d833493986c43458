import { expect, test } from "vitest";
import { LanguageTable, textLanguages } from "../../../../src/analysis/discovery/index.ts";
import { fewLanguages } from "./project.ts";

const table = new LanguageTable(fewLanguages);

test.each([
  ["a.ts", "typescript"],
  ["A.PY", "python"],
  ["a.d.ts", "typescript"],
  ["jquery.plugin.js", "javascript"],
  ["Rakefile", "ruby"],
  ["Dockerfile", "dockerfile"],
  ["Dockerfile.dev", "dockerfile"],
  ["Makefile.am", "makefile"],
  ["CMakeLists.txt", "cmake"],
  ["tsconfig.json", "jsonc"],
  [".gitignore", "ignore"],
  [".ts", undefined],
  ["LICENSE", undefined],
  ["notes.unknown", undefined],
  ["a.", undefined],
])("%s is %s", (name, language) => {
  expect(table.byName(name)).toBe(language);
});

test("linguist's names are understood in any case", () => {
  const names = ["C++", "Shell", "python", "TypeScript", "SCSS", "Markdown", "Klingon"];
  const ids = ["cpp", "bash", "python", "typescript", "sass", "markdown", undefined];
  expect(names.map((name) => table.byLinguistName(name))).toEqual(ids);
});

test("a language given from outside wins over a text language of the same extension", () => {
  const [first] = fewLanguages;
  if (first === undefined) throw new Error("no language");
  const own = new LanguageTable([{ ...first, id: "own", extensions: [".md"] }]);
  expect(own.byName("README.md")).toBe("own");
  expect(own.isParsed("own")).toBe(true);
  expect(own.isParsed("markdown")).toBe(false);
});

test("no text language claims another's id, extension or name", () => {
  for (const key of ["extensions", "fileNames"] as const) {
    const all = textLanguages.flatMap((language) => language[key] ?? []);
    expect(all.filter((each, i) => all.indexOf(each) !== i)).toEqual([]);
  }
  const ids = textLanguages.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
