import type { ImportFacts } from "../../facts.ts";
import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve, Strategy } from "../types.ts";
import { c } from "./c.ts";
import { go } from "./go.ts";
import { javascript } from "./javascript.ts";
import { python } from "./python.ts";
import { unresolved } from "./outcome.ts";

const makers: Partial<Readonly<Record<Strategy, (project: ProjectIndex) => Resolve>>> = {
  javascript,
  python,
  go,
  c,
};

/** One function for the imports of every language; a strategy reads its manifests when it is first needed. */
export function makeResolver(
  project: ProjectIndex,
  strategyOf: (language: string) => Strategy | undefined,
): (from: number, imported: ImportFacts) => Outcome {
  const made = new Map<Strategy, Resolve>();
  const byLanguage = new Map<string, Resolve | undefined>();
  const forLanguage = (language: string): Resolve | undefined => {
    const strategy = strategyOf(language);
    const make = strategy === undefined ? undefined : makers[strategy];
    if (strategy === undefined || make === undefined) return undefined;
    const resolve = made.get(strategy) ?? make(project);
    made.set(strategy, resolve);
    return resolve;
  };
  return (from, imported) => {
    const { language } = project.files[from]!;
    if (!byLanguage.has(language)) byLanguage.set(language, forLanguage(language));
    return byLanguage.get(language)?.(from, imported) ?? unresolved;
  };
}
