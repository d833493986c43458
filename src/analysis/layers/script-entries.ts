import { baseName, folderOf } from "../graph/resolve/paths.ts";
import { isComponent, isConfiguration, namesFiles } from "./entry-names.ts";
import { NamedFiles } from "./named-files.ts";
import { nameImported, nameStarted } from "./orphan-files.ts";
import type { Sources } from "./sources.ts";

const IMPORTED = /\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g;
const WORD = /[\p{L}_$][\p{L}\p{N}_$]*/gu;

/** `index` at the top of a package or of its sources is what others import; further below somebody here does. */
export function isEntry(sources: Sources, file: number): boolean {
  if (!sources.isStarted(file)) return false;
  const path = sources.path(file);
  if (!/^index\.[cm]?[jt]sx?$/.test(baseName(path))) return true;
  const home = folderOf(sources.manifestOf(file)!);
  const folder = folderOf(path);
  return folder === home || folder === (home === "" ? "src" : `${home}/src`);
}

/** Which of some files manifests, builds, pages and configuration name, and all words in what may use an export by its name. */
export function namedFrom(
  sources: Sources,
  looked: readonly number[],
): { started: ReadonlySet<string>; words: ReadonlySet<string> } {
  const paths = looked.map((file) => sources.path(file));
  const named = new NamedFiles(paths);
  const words = new Set<string>();
  for (const [file, { path }] of sources.graph.files.entries())
    if (sources.isScript(file)) nameFromScript(sources, file, named);
    else nameFromText(sources, path, named, words);
  // It stands in every other text, and is nobody's name.
  words.delete("default");
  return { started: new Set(paths.filter((path) => !named.left.has(path))), words };
}

function nameFromScript(sources: Sources, file: number, named: NamedFiles): void {
  const { path, imports } = sources.graph.files[file]!;
  nameImported(sources, file, named);
  // Types that comments import stand in no list of imports.
  const written = new Set(imports.map(({ raw }) => raw));
  for (const { raw } of sources.names[file]?.takes ?? []) if (!written.has(raw)) named.imported(raw, []);
  if (isConfiguration(path)) named.read(sources.text(path), path, { quoted: true, except: written });
}

function nameFromText(sources: Sources, path: string, named: NamedFiles, words: Set<string>): void {
  const isNaming = namesFiles(path, true);
  const isUsing = isComponent(path);
  if (isNaming) nameStarted(sources, path, named);
  if (isUsing) for (const [, raw] of sources.text(path).matchAll(IMPORTED)) named.imported(raw!, []);
  if (isUsing || (isNaming && !/\.json[c5]?$/.test(path)))
    for (const [word] of sources.text(path).matchAll(WORD)) words.add(word);
}
