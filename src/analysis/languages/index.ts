import type { LanguageData } from "../language.ts";
import { ruby } from "./ruby.ts";
import { php } from "./php.ts";
import { csharp } from "./csharp.ts";
import { cpp } from "./cpp.ts";
import { c } from "./c.ts";
import { bash } from "./bash.ts";
import { javascript } from "./javascript.ts";

/** Every language with full measures, in the order reports list them. */
export const languages: readonly LanguageData[] = [javascript, c, cpp, csharp, ruby, php, bash];

const byId = new Map(languages.map((language) => [language.id, language]));

export function languageById(id: string): LanguageData | undefined {
  return byId.get(id);
}
