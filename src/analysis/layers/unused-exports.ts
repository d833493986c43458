import { compareByBytes } from "#paths";
import type { ExportKind } from "../exports/index.ts";
import { unusedInPython } from "./python-exports.ts";
import { unusedInScripts } from "./script-exports.ts";
import type { Sources } from "./sources.ts";

/** A name that a file offers to others, and that none of them takes. */
export interface UnusedExport {
  path: string;
  line: number;
  name: string;
  kind: ExportKind | "re-export";
  /** Who uses it after all: nobody, the file itself (the word `export` can go), or tests alone. */
  usedBy: "nothing" | "own file" | "tests";
}

/**
 * Exports of JavaScript and TypeScript, and functions and classes of Python, that nothing in the project uses, by path and line
 * (`docs/layers.md` says what counts as use). Whatever is in doubt is left out. Files that nobody imports are orphans or entries, and
 * not looked into.
 */
export function unusedExports(sources: Sources): UnusedExport[] {
  return [...unusedInScripts(sources), ...unusedInPython(sources)].toSorted(
    (a, b) => compareByBytes(a.path, b.path) || a.line - b.line || compareByBytes(a.name, b.name),
  );
}
