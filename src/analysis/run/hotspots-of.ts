import { createHash } from "node:crypto";
import { CancelledError } from "#kernel";
import { ResultsCache } from "../cache/results-cache.ts";
import {
  HistoryBuilder,
  historyState,
  type HotspotReport,
  hotspotsOf,
  readCommits,
} from "../hotspots/index.ts";
import type { History } from "../hotspots/history.ts";
import { engineVersion } from "./engine-files.ts";
import type { RunFile } from "./worst-functions.ts";

/** The history of a folder's files, and what it can be trusted for. */
export type ReadHistory =
  | { state: "none"; reason: string }
  | { state: "full" | "shallow" | "grafted"; history: History };

/**
 * Reads the history of files that are there today, or takes it from the cache, where it stands by the commit it was read
 * from. A history that cannot be read is told as none; throws a CancelledError only.
 */
export async function readHistory(
  root: string,
  paths: readonly string[],
  cache: { folder: string } | false,
  signal: AbortSignal,
): Promise<ReadHistory> {
  const found = await historyState(root, signal);
  if (found.state === "none") return found;
  const results = cache === false ? undefined : new ResultsCache(cache.folder);
  const key = createHash("sha256")
    .update(JSON.stringify([await engineVersion(), found.key, root, ...paths]))
    .digest("hex");
  const known = results?.get("history", key) as Stored | undefined;
  if (known !== undefined) return { state: found.state, history: { ...known, files: new Map(known.files) } };
  const builder = new HistoryBuilder(paths);
  try {
    for await (const commit of readCommits(root, found.hasContents, signal)) builder.add(commit);
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return { state: "none", reason: error instanceof Error ? error.message : String(error) };
  }
  const history = builder.done();
  results?.put("history", key, { ...history, files: [...history.files] } satisfies Stored);
  return { state: found.state, history };
}

type Stored = Omit<History, "files"> & {
  files: [string, History["files"] extends Map<string, infer One> ? One : never][];
};

export function hotspotReport(read: ReadHistory, files: readonly RunFile[]): HotspotReport {
  return read.state === "none"
    ? { history: { state: "none", reason: read.reason, commits: 0, authors: 0 }, hotspots: [], coupling: [] }
    : hotspotsOf(files, read.history, read.state);
}
