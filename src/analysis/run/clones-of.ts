import { createHash } from "node:crypto";
import { throwIfAborted } from "#kernel";
import { ResultsCache } from "../cache/results-cache.ts";
import { type Clones, findClones } from "../clones/index.ts";
import type { RunContext } from "./collect-facts.ts";
import { engineVersion } from "./engine-files.ts";
import type { RunFile } from "./worst-functions.ts";

/** Bumped when the same tapes give other copies: the version of the worker does not show that. */
const FINDER = 5;

/** Copies among the files of a run; those of the same files are remembered. */
export async function clonesOf(
  files: readonly RunFile[],
  cache: { folder: string } | false,
  { events, signal }: Pick<RunContext, "events" | "signal">,
): Promise<Clones> {
  const results = cache === false ? undefined : new ResultsCache(cache.folder);
  const key = results === undefined ? "" : keyOf(files, await engineVersion());
  const known = results?.get("clones", key) as Clones | undefined;
  if (known !== undefined) return known;
  events.emit({ type: "copies.started", files: files.length });
  const found = await findClones(files, () => throwIfAborted(signal));
  results?.put("clones", key, found);
  return found;
}

function keyOf(files: readonly RunFile[], version: string): string {
  const hash = createHash("sha256").update(`${FINDER} ${version}`);
  for (const { path, tape } of files) {
    hash.update(`\n${path}\n${tape?.byteLength ?? 0}\n`);
    if (tape !== undefined) hash.update(tape);
  }
  return hash.digest("hex");
}
