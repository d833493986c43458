/**
 * The tables of `docs/measures.md` that say what each language counts, made from the language data.
 *
 *     npx node scripts/measures-table.ts           write them into the page
 *     npx node scripts/measures-table.ts --check   fail when the page says something else
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { LanguageData, Place } from "../src/analysis/language.ts";
import { languages } from "../src/analysis/languages/index.ts";
import { markdownTable } from "./reference/markdown.ts";

export const measuresPage = path.join(import.meta.dirname, "..", "docs", "measures.md");

const sections: Readonly<Record<string, (language: LanguageData) => readonly string[]>> = {
  cyclomatic: ({ decisions, logical }) => [
    list(decisions),
    list(logical.operators.map((text) => `'${text}'`)),
  ],
  cognitive: ({ cognitive }) => [list([...cognitive.ifs, ...cognitive.structures]), list(cognitive.flat)],
};

const heads: Readonly<Record<keyof typeof sections, readonly string[]>> = {
  cyclomatic: ["Language", "Each adds 1", "Each operator adds 1"],
  cognitive: ["Language", "Each adds 1 and its nesting", "Each adds 1"],
};

/** The page with its tables as the language data has them. They stand between `<!-- name -->` and `<!-- /name -->`. */
export function withTables(page: string): string {
  let made = page;
  for (const [name, row] of Object.entries(sections)) {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [before, rest] = halves(made, open);
    const [, after] = halves(rest, close);
    const table = markdownTable(
      heads[name]!,
      languages.map((language) => [language.name, ...row(language)]),
    );
    made = `${before}${open}\n\n${table}\n${close}${after}`;
  }
  return made;
}

function halves(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`docs/measures.md has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function list(places: readonly Place[]): string {
  return places.length === 0 ? "–" : places.map(describe).join(", ");
}

/** `case_statement` with `case`; `preproc_ifdef` not below `translation_unit`. */
function describe(place: Place): string {
  if (typeof place === "string") return code(place);
  const { kind, parents, notParents, field, has, hasNot, unless, with: leads, without } = place;
  return [
    code(kind),
    parents && `below ${parents.map(code).join(" or ")}`,
    notParents && `not below ${notParents.map(code).join(" or ")}`,
    field && `as ${code(field)}`,
    has && `with ${code(has)}`,
    hasNot && `without ${code(hasNot)}`,
    unless && `unless its ${code(unless.field)} is ${code(unless.text)}`,
    leads && `with ${steps(leads)}`,
    without && `without ${steps(without)}`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** `pattern.>'_'` → `pattern` › `_`. */
function steps(path: string): string {
  return path
    .split(".")
    .map((step) => code(step.replace(/^>/, "")))
    .join(" › ");
}

/** Quotes tell tokens from kinds in the data; on the page the name is enough. */
function code(kind: string): string {
  return `\`${kind.replace(/^'(.*)'$/, "$1")}\``;
}

if (process.argv[1] === import.meta.filename) {
  const written = readFileSync(measuresPage, "utf8");
  const right = withTables(written);
  if (!process.argv.includes("--check")) writeFileSync(measuresPage, right);
  else if (written !== right) {
    console.error("docs/measures.md differs from the language data; try: npx node scripts/measures-table.ts");
    process.exitCode = 1;
  }
}
