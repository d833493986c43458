import { closestMatch } from "leven";
import { UsageError } from "#kernel";
import { LanguageTable, textLanguages } from "../discovery/index.ts";
import { languages } from "../languages/index.ts";

/** Ids of languages by id or name (`cpp`, `C++`). Throws a UsageError for what is neither. */
export function languageIds(asked: readonly string[]): string[] {
  const table = new LanguageTable(languages);
  return asked.map((name) => {
    const id = table.byLinguistName(name);
    if (id !== undefined) return id;
    const known = [...languages, ...textLanguages].map((language) => language.id);
    throw new UsageError(`there is no language "${name}"`, {
      hint:
        closestMatch(name.toLowerCase(), known, { maxDistance: 2 }) ??
        `one of ${languages.map((language) => language.id).join(", ")}`,
    });
  });
}

/** Every language that can be asked for: first those that are parsed, then those of which lines are counted. */
export function languageNames(): { id: string; name: string }[] {
  return [...languages, ...textLanguages].map(({ id, name }) => ({ id, name }));
}
