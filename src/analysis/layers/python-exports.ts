import { isProse, isTest, isTool, namesFiles } from "./entry-names.ts";
import type { Sources } from "./sources.ts";
import type { UnusedExport } from "./unused-exports.ts";

/** Modules that a page of documentation shows as a whole. */
const DOCUMENTED = /(?:automodule::|^:::)\s*([\w.]+)/gm;

/**
 * Functions and classes whose name stands nowhere else: in no other source, not even in a comment or in quotes, in no
 * configuration, template or page of documentation. A module may be used through whatever it is bound to, so nothing less will do.
 */
export function unusedInPython(sources: Sources): UnusedExport[] {
  const { graph, names } = sources;
  const imported = importedNames(sources);
  const found = sources.inPackages().flatMap((file) => {
    const { exports } = names[file] ?? {};
    if (!sources.isPython(file) || exports === undefined || isTool(sources.path(file))) return [];
    const open = exports.filter(({ name, usedHere }) => usedHere !== true && !imported.has(name));
    if (open.length === 0 || sources.isStarted(file) || !sources.isImported(file)) return [];
    return open.map((one) => ({ ...one, file, path: sources.path(file) }));
  });
  if (found.length === 0) return [];

  const places = new Map(found.map(({ name }) => [name, { code: 0, tests: 0 }]));
  const documented = new Set<string>();
  for (const [file, { path }] of graph.files.entries()) {
    const isPython = graph.files[file]!.language === "python";
    if (!isPython && !isProse(path) && !namesFiles(path, true)) continue;
    const text = sources.text(path);
    const kind = isTest(path) ? "tests" : "code";
    for (const [word] of text.matchAll(/[A-Za-z_]\w+/g)) {
      const place = places.get(word);
      if (place !== undefined) place[kind]++;
    }
    if (isProse(path)) for (const [, module] of text.matchAll(DOCUMENTED)) documented.add(module!);
  }
  return found.flatMap(({ path, name, line, kind }): UnusedExport[] => {
    const { code, tests } = places.get(name)!;
    // Once it stands where it is defined.
    if (code > 1 || isDocumented(path, documented)) return [];
    return [{ path, line, name, kind, usedBy: tests === 0 ? "nothing" : "tests" }];
  });
}

/** Names that any file imports from another, tests left aside. */
function importedNames({ graph }: Sources): ReadonlySet<string> {
  return new Set(
    graph.files.flatMap(({ path, language, imports }) =>
      language === "python" && !isTest(path) ? imports.flatMap(({ members = [] }) => members) : [],
    ),
  );
}

function isDocumented(path: string, modules: ReadonlySet<string>): boolean {
  if (modules.size === 0) return false;
  const module = path.replace(/\.py$/, "").replaceAll("/", ".");
  return [...modules].some((one) => module === one || module.endsWith(`.${one}`));
}
