import type { ImportFacts } from "../../facts.ts";
import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve, Strategy } from "../types.ts";
import { bash } from "./bash.ts";
import { c } from "./c.ts";
import { csharp } from "./csharp.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import { unresolved } from "./outcome.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";

const makers: Readonly<Record<Strategy, (project: ProjectIndex) => Resolve>> = {
  javascript,
  python,
  go,
  rust,
  java,
  c,
  csharp,
  php,
  ruby,
  bash,
};

/** In characters. No path or `use` tree that a person writes is longer, and no pattern has to look at more. */
const LONGEST = 20_000;

/** One function for the imports of every language; a strategy reads its manifests when it is first needed. */
export function makeResolver(
  project: ProjectIndex,
  strategyOf: (language: string) => Strategy | undefined,
): (from: number, imported: ImportFacts) => Outcome {
  const made = new Map<Strategy, Resolve>();
  const byLanguage = new Map<string, Resolve | undefined>();
  const forLanguage = (language: string): Resolve | undefined => {
    const strategy = strategyOf(language);
    if (strategy === undefined) return undefined;
    const resolve = made.get(strategy) ?? makers[strategy](project);
    made.set(strategy, resolve);
    return resolve;
  };
  return (from, imported) => {
    if (imported.raw.length > LONGEST) return unresolved;
    const { language } = project.files[from]!;
    if (!byLanguage.has(language)) byLanguage.set(language, forLanguage(language));
    return byLanguage.get(language)?.(from, imported) ?? unresolved;
  };
}
