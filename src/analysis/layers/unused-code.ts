import type { NameFacts } from "../exports/index.ts";
import type { Graph } from "../graph/index.ts";
import { orphanFiles } from "./orphan-files.ts";
import { Sources } from "./sources.ts";
import { type UnusedExport, unusedExports } from "./unused-exports.ts";

/** Code that nothing in the project needs, as far as imports and names tell. */
export interface Unused {
  /** Files that nothing imports or starts. */
  orphans: readonly string[];
  exports: readonly UnusedExport[];
}

/**
 * `names` are those of the graph's files, in their order; `entries` globs of files that something outside starts or imports;
 * `readText` gives the text of a file of the project. Pure but for that.
 */
export function unusedCode(
  graph: Graph,
  names: readonly (NameFacts | undefined)[],
  entries: readonly string[],
  readText: (path: string) => string | undefined,
): Unused {
  const sources = new Sources(graph, names, entries, readText);
  return { orphans: orphanFiles(sources), exports: unusedExports(sources) };
}
