import type { LanguageData } from "../language.ts";
import { javascript } from "./javascript.ts";

/** Every language with full measures, in the order reports list them. */
export const languages: readonly LanguageData[] = [javascript];

const byId = new Map(languages.map((language) => [language.id, language]));

export function languageById(id: string): LanguageData | undefined {
  return byId.get(id);
}
