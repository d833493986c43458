import { throwIfAborted, UsageError } from "#kernel";
import { focus, type Graph } from "../graph/index.ts";
import { askGit } from "../hotspots/index.ts";

/** What changed since a revision, and whatever imports it. */
export interface Since {
  /** As it was given. */
  revision: string;
  /** The commit that it names. */
  commit: string;
  /** In the order of paths; `deleted` ones are in no other list. */
  changed: { path: string; status: "added" | "changed" | "deleted" | "renamed"; from?: string }[];
  /** Files that did not change themselves: those that import a changed one, by depth and path. 1 = directly. */
  affected: { path: string; depth: number }[];
}

/**
 * Compares the working tree, untracked files included, with a revision. Throws a UsageError when the revision is unknown or
 * there is no repository, a CancelledError.
 */
export async function changedSince(
  root: string,
  revision: string,
  graph: Graph,
  signal: AbortSignal,
): Promise<Since> {
  const commit = (
    await askGit(
      root,
      ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
      signal,
    )
  )?.trim();
  if (commit === undefined || commit === "") {
    throw new UsageError(`since: "${revision}" names no commit here`, {
      hint: "a branch, a tag or a commit, such as origin/main or HEAD~5; a shallow clone may not have it",
    });
  }
  const options = ["--name-status", "-z", "-M", "--relative", "--no-ext-diff", "--no-textconv", "--no-color"];
  const tracked = await askGit(root, ["diff", ...options, commit, "--", "."], signal);
  const others = await askGit(root, ["ls-files", "-z", "--others", "--exclude-standard"], signal);
  throwIfAborted(signal);
  if (tracked === undefined) throw new UsageError(`git cannot compare "${root}" with "${revision}"`);
  const changed = parse(tracked);
  for (const path of (others ?? "").split("\0")) if (path !== "") changed.push({ path, status: "added" });
  changed.sort((a, b) => (a.path < b.path ? -1 : 1));
  const paths = new Set(changed.map(({ path }) => path));
  const depths = new Map<string, number>();
  for (const path of paths) {
    for (const one of focus(graph, path)?.dependedOnBy.transitive ?? []) {
      if (!paths.has(one.path)) depths.set(one.path, Math.min(one.depth, depths.get(one.path) ?? Infinity));
    }
  }
  const affected = [...depths]
    .map(([path, depth]) => ({ path, depth }))
    .sort((a, b) => a.depth - b.depth || (a.path < b.path ? -1 : 1));
  return { revision, commit, changed, affected };
}

function parse(text: string): Since["changed"] {
  const records = text.split("\0");
  const changed: Since["changed"] = [];
  for (let at = 0; at + 1 < records.length; at += 2) {
    const status = records[at]!;
    const path = records[at + 1]!;
    if (status.startsWith("R") || status.startsWith("C")) {
      changed.push({ path: records[at + 2]!, status: "renamed", from: path });
      at++;
    } else changed.push({ path, status: status === "A" ? "added" : status === "D" ? "deleted" : "changed" });
  }
  return changed;
}
