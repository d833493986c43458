import picomatch from "picomatch";
import { askGit } from "../sync/tree/run-git.ts";
import { isDeletion, type PushedRef } from "./pushed-refs.ts";

/** A commit that is about to be pushed, and its tree. */
export interface PushedCommit {
  commit: string;
  tree: string;
  /** The remote names it is pushed to, for people: `main`, `v1.0`. */
  names: string[];
}

/**
 * Each distinct tree that a push brings: deletions bring none, tags count as what they point at, and what is neither a
 * commit nor a tag of one is nothing to test. `branches`: globs; only refs of branches that match count, if there are any.
 */
export async function pushedCommits(
  root: string,
  refs: readonly PushedRef[],
  branches: readonly string[],
): Promise<PushedCommit[]> {
  const isWanted = branches.length === 0 ? undefined : picomatch([...branches]);
  const wanted = refs.filter((ref) => {
    if (isDeletion(ref)) return false;
    return (
      isWanted === undefined || (ref.remote.startsWith("refs/heads/") && isWanted(shortName(ref.remote)))
    );
  });
  const found = new Map<string, PushedCommit>();
  for (const { localId, remote } of wanted) {
    const { ok, text } = await askGit(root, ["rev-parse", `${localId}^{commit}`, `${localId}^{tree}`]);
    const [commit = "", tree = ""] = text.trim().split("\n");
    if (!ok) continue;
    const known = found.get(tree);
    if (known === undefined) found.set(tree, { commit, tree, names: [shortName(remote)] });
    else known.names.push(shortName(remote));
  }
  return [...found.values()];
}

/** Whether the remote has the commit already, as far as this repository knows: then nothing untested is pushed. */
export async function isOnRemote(root: string, commit: string, remote: string): Promise<boolean> {
  const { ok, text } = await askGit(root, [
    "rev-list",
    "--max-count=1",
    commit,
    "--not",
    `--remotes=${remote}`,
  ]);
  return ok && text.trim() === "";
}

function shortName(ref: string): string {
  return ref.replace(/^refs\/(?:heads|tags|remotes)\//, "");
}
