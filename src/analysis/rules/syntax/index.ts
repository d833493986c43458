import { bash, php, python, ruby } from "./scripts.ts";
import { c, cpp, csharp, go, java, rust } from "./compiled.ts";
import type { RuleSyntax } from "./syntax.ts";
import { javascript, tsx, typescript } from "./web.ts";

/** By id of the language. */
const syntaxes: Readonly<Record<string, RuleSyntax>> = {
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
};

export function ruleSyntax(language: string): RuleSyntax | undefined {
  return syntaxes[language];
}
