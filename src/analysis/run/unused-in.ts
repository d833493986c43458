import { createHash } from "node:crypto";
import { ResultsCache } from "../cache/results-cache.ts";
import type { Graph } from "../graph/index.ts";
import { type Unused, unusedCode } from "../layers/index.ts";
import { engineVersion } from "./engine-files.ts";
import type { RunFile } from "./worst-functions.ts";

/** Bumped when the same files give another answer: the version of the worker does not show that. */
const FINDER = 1;

/**
 * Code of a run's files that nothing needs; that of the same files is remembered, since many of their texts have to be read for it.
 * `contents` are the hashes of all files of the run; undefined: not all of them are known, and nothing is remembered.
 */
export async function unusedIn(
  {
    graph,
    files,
    contents,
  }: { graph: Graph; files: readonly RunFile[]; contents: readonly string[] | undefined },
  entries: readonly string[],
  cache: { folder: string } | false,
  readText: (path: string) => string | undefined,
): Promise<Unused> {
  const find = (): Unused =>
    unusedCode(
      graph,
      files.map(({ facts }) => facts.names),
      entries,
      readText,
    );
  if (cache === false || contents === undefined) return find();
  const results = new ResultsCache(cache.folder);
  const key = createHash("sha256").update(
    JSON.stringify([FINDER, await engineVersion(), entries, files.map(({ path }) => path), contents]),
  );
  const hash = key.digest("hex");
  const known = results.get("unused", hash) as Unused | undefined;
  if (known !== undefined) return known;
  const found = find();
  results.put("unused", hash, found);
  return found;
}
