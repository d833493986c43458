import { bytesRead, type FileList } from "../discovery/index.ts";
import type { FindingFacts } from "../findings/finding.ts";
import type { Collected } from "./collect-facts.ts";

/** How far the text of what is left out of the measures was searched for secrets. */
export interface SecretSearch {
  /** Files that count nowhere else. */
  leftOutFiles: number;
  /** Those of which only the beginning was read, and the bytes behind it. */
  cut: { files: number; bytes: number };
  /** What was not searched at all: files that could not be read, and folders of installed packages that were not entered. */
  notSearched: { files: number; folders: number };
  /**
   * What of the history there was to search: in a shallow or grafted one commits are missing, a broken one git could not
   * read to its end; absent: it was not searched.
   */
  history?: { state: "full" | "shallow" | "grafted" | "none" | "broken"; reason?: string };
}

export interface LeftOutSearch {
  /** Files in which there is something, in the order of paths. */
  found: { path: string; facts: FindingFacts }[];
  summary: SecretSearch;
}

/** What the search has found in files that are left out by their path, their size or their content. */
export function leftOutSearch(
  list: Pick<FileList, "files" | "searchable" | "skipped">,
  { facts }: Pick<Collected, "facts">,
): LeftOutSearch {
  const found: LeftOutSearch["found"] = [];
  const summary: SecretSearch = {
    leftOutFiles: 0,
    cut: { files: 0, bytes: 0 },
    notSearched: { files: 0, folders: 0 },
  };
  for (const [index, file] of [...list.files, ...list.searchable].entries()) {
    const stored = facts[index];
    if (stored?.type === "skipped" && stored.found !== undefined) {
      summary.leftOutFiles++;
      if (Object.keys(stored.found).length > 0) found.push({ path: file.path, facts: stored.found });
      const behind = file.size - bytesRead({ ...file, leftOut: file.leftOut ?? "generated" });
      if (behind > 0) {
        summary.cut.files++;
        summary.cut.bytes += behind;
      }
    } else if (stored === undefined || (stored.type === "skipped" && stored.reason === "unreadable"))
      summary.notSearched.files++;
  }
  for (const { path, reason, files } of list.skipped) {
    if (reason === "vendored" && files === undefined && path.endsWith("/")) summary.notSearched.folders++;
    if (reason === "unreadable") summary.notSearched.files++;
  }
  return { found, summary };
}
