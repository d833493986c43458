import { resolutions } from "../graph/index.ts";
import { folderOf, foldersUp } from "../graph/resolve/paths.ts";
import { isConfiguration, namesFiles } from "./entry-names.ts";
import { NamedFiles } from "./named-files.ts";
import type { Sources } from "./sources.ts";

/**
 * Files of JavaScript, TypeScript and Python that no other file imports and nothing is known to start, by path
 * (`docs/layers.md` says what is known, and what is not). Whatever is in doubt is left out. Texts are read for files that nobody imports,
 * so that a project without them costs nothing.
 */
export function orphanFiles(sources: Sources): string[] {
  const candidates = sources
    .inPackages()
    .filter((file) => !sources.isImported(file) && !sources.isStarted(file) && !sources.isLoaded(file))
    .map((file) => sources.path(file))
    .filter((path) => !startsItself(path, sources.text(path)));
  if (candidates.length === 0) return [];
  const named = new NamedFiles(candidates);
  const above = new Set(candidates.flatMap((path) => [...foldersUp(folderOf(path))]));
  for (const [file, { path }] of sources.graph.files.entries()) {
    const isAbove = above.has(folderOf(path));
    if (sources.isScript(file) || sources.isPython(file)) {
      nameImported(sources, file, named);
      if (isAbove || isConfiguration(path)) named.read(sources.text(path), path, { quoted: true });
    } else if (namesFiles(path, isAbove)) nameStarted(sources, path, named);
  }
  return candidates.filter((path) => named.left.has(path));
}

/** What imports that lead nowhere may have meant. */
export function nameImported({ graph, dependencies }: Sources, file: number, named: NamedFiles): void {
  const reached = resolutions(graph, file);
  for (const [at, { raw, members = [] }] of graph.files[file]!.imports.entries()) {
    const { kind } = reached[at]!;
    if (kind === "unresolved" || (kind === "external" && !dependencies.has(packageOf(raw))))
      named.imported(raw, members);
  }
}

/** `@scope/name/file` → `@scope/name`. */
function packageOf(raw: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(raw)?.[0] ?? raw;
}

/** What a manifest, a build, a page or a pipeline names. */
export function nameStarted(sources: Sources, path: string, named: NamedFiles): void {
  const text = sources.text(path);
  named.read(text, path, { quoted: false });
  if (/(?:^|\/)package\.json$/.test(path)) named.exported(text, path);
}

/** A script for the shell, a module that is meant to be run, or code outside of any package that does something at once. */
function startsItself(path: string, text: string): boolean {
  if (text.startsWith("#!")) return true;
  return path.endsWith(".py") && /__name__\s*==\s*["']__main__["']|^(?:main|run|cli|app\.run)\(/m.test(text);
}
