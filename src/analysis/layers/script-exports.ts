import { EVERYTHING, type NameFacts } from "../exports/index.ts";
import { importedFiles } from "../graph/index.ts";
import { isTest, isTool } from "./entry-names.ts";
import { NameUses, Use } from "./name-uses.ts";
import { isEntry, namedFrom } from "./script-entries.ts";
import type { Sources } from "./sources.ts";
import type { UnusedExport } from "./unused-exports.ts";

/** Exports of modules that others import, and whose names nobody takes. */
export function unusedInScripts(sources: Sources): UnusedExport[] {
  const scripts = sources.inPackages().filter((file) => sources.isScript(file));
  const looked = scripts.filter(
    (file) =>
      offers(sources.names[file]) &&
      sources.isImported(file) &&
      !isTool(sources.path(file)) &&
      !isEntry(sources, file),
  );
  if (looked.length === 0) return [];
  const { started, words } = namedFrom(sources, looked);
  const open = new Set(looked.filter((file) => !started.has(sources.path(file))));
  const uses = usesOf(
    sources,
    scripts.filter((file) => !open.has(file)),
  );
  return [...open].flatMap((file) => unusedOf(sources, file, uses, words));
}

function offers(names: NameFacts | undefined): boolean {
  return names?.exports !== undefined || names?.passes !== undefined;
}

/** What all scripts take from each other, and whoever is outside from the entries. */
function usesOf(sources: Sources, entries: readonly number[]): NameUses {
  const { names, graph } = sources;
  const uses = new NameUses(names, leadsTo(sources));
  const by = (file: number): number => (isTest(sources.path(file)) ? Use.tests : Use.code);
  for (const file of graph.files.keys()) {
    if (!sources.isScript(file)) continue;
    for (const { raw, names: taken } of names[file]?.takes ?? [])
      for (const target of uses.leadsTo(file, raw))
        for (const name of taken) uses.use(target, name, by(file));
  }
  for (const file of entries) uses.use(file, EVERYTHING, by(file));
  return uses;
}

function unusedOf(
  sources: Sources,
  file: number,
  uses: NameUses,
  words: ReadonlySet<string>,
): UnusedExport[] {
  const path = sources.path(file);
  const { exports = [], passes = [] } = sources.names[file]!;
  const own = exports.flatMap(({ name, line, kind, usedHere }): UnusedExport[] => {
    const by = uses.of(file, name);
    if (by & Use.code || words.has(name)) return [];
    // Its types are part of what a file offers; what it uses itself may be there for tests to look at.
    if (usedHere === true)
      return kind === "type" || by !== 0 ? [] : [{ path, line, name, kind, usedBy: "own file" }];
    return [{ path, line, name, kind, usedBy: by === 0 ? "nothing" : "tests" }];
  });
  const passedOn = passes.flatMap(({ raw, from, name, line }): UnusedExport[] => {
    if (name === EVERYTHING || uses.of(file, name) !== 0 || words.has(name)) return [];
    // Where nobody uses the original either, it is that which is reported.
    const isUsed = uses.leadsTo(file, raw).some((target) => {
      const original = sources.names[target]?.exports?.find((one) => one.name === from);
      return original?.usedHere === true || (uses.of(target, from) & Use.code) !== 0;
    });
    return isUsed ? [{ path, line, name, kind: "re-export", usedBy: "nothing" }] : [];
  });
  return [...own, ...passedOn];
}

/** Which files a module means, as it is written in a file. */
function leadsTo({ graph }: Sources): (file: number, raw: string) => readonly number[] {
  const known = new Map<number, Map<string, number[]>>();
  return (file, raw) => {
    let modules = known.get(file);
    if (modules === undefined) {
      known.set(file, (modules = new Map()));
      const reached = importedFiles(graph, file);
      for (const [at, imported] of graph.files[file]!.imports.entries()) {
        const targets = modules.get(imported.raw) ?? [];
        modules.set(imported.raw, [...targets, ...reached[at]!]);
      }
    }
    return modules.get(raw) ?? [];
  };
}
