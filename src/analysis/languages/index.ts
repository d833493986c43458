import type { LanguageData } from "../language.ts";
import { ruby } from "./ruby.ts";
import { php } from "./php.ts";
import { csharp } from "./csharp.ts";
import { cpp } from "./cpp.ts";
import { c } from "./c.ts";
import { bash } from "./bash.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import { python } from "./python.ts";
import { rust } from "./rust.ts";
import { tsx, typescript } from "./typescript.ts";

/** Every language with full measures, in the order reports list them. */
export const languages: readonly LanguageData[] = [
  javascript,
  typescript,
  tsx,
  python,
  go,
  rust,
  java,
  c,
  cpp,
  csharp,
  ruby,
  php,
  bash,
];

const byId = new Map(languages.map((language) => [language.id, language]));

export function languageById(id: string): LanguageData | undefined {
  return byId.get(id);
}
