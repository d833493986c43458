import { TreeError } from "../errors.ts";
import type { BytePath, TreeAlgorithm } from "../manifest.ts";
import { askGit, type GitAnswer, records } from "./run-git.ts";

/** What git says of a work tree, in its own words. */
export interface WorkTreeAnswers {
  algorithm: TreeAlgorithm;
  /** The work tree's top, and where this repository's own attributes would be; bytes, one character each. */
  top: string;
  attributes: string;
  /** What leads from the top to the folder: `""` or ends with `/`. */
  prefix: string;
  /** The commit it stands on and that commit's tree of this folder; absent before the first commit. */
  head?: { commit: string; tree: string };
  /** `ls-files -s -v` */
  staged: string[];
  changed: BytePath[];
  /** Untracked and not ignored. */
  others: BytePath[];
  /** Settings that say how git converts: `core.autocrlf`, `core.attributesfile`. */
  settings: ReadonlyMap<string, string>;
}

/** Before HEAD: without a commit git complains about that, after having answered these. */
const places = [
  "--is-inside-work-tree",
  "--show-object-format",
  "--show-toplevel",
  "--show-prefix",
  "--git-path",
  "info/attributes",
] as const;
/** Before others; git lists them first. */
const untracked = "? ";

/**
 * All questions at once: each is a process, and none waits for another. Undefined: the folder is in no work tree.
 * @throws TreeError when git will not answer
 */
export async function askWorkTree(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<WorkTreeAnswers | undefined> {
  const ask = (...args: string[]): Promise<GitAnswer> => askGit(folder, args, { signal });
  const said = (answer: GitAnswer, what: string): string[] => {
    if (!answer.ok) throw new TreeError(`git ${what} in "${folder}": ${answer.complaint}`);
    return records(answer.text);
  };
  const [place, files, changed, settings] = await Promise.all([
    ask("rev-parse", ...places, "HEAD", "HEAD:./"),
    ask("ls-files", "-z", "-s", "-v", "-o", "--exclude-standard"),
    ask("diff-files", "-z", "--name-only", "--relative", "--ignore-submodules=dirty"),
    ask("config", "-z", "--get-regexp", String.raw`^core\.(autocrlf|attributesfile)$`),
  ]);
  const [inside, format, top = folder, prefix = "", attributes = "", commit = "", tree = ""] =
    place.text.split("\n");
  if (inside !== "true") return undefined;
  const listed = said(files, "ls-files");
  const staged = listed.findIndex((record) => !record.startsWith(untracked));
  const end = staged < 0 ? listed.length : staged;
  return {
    algorithm: format === "sha256" ? "sha256" : "sha1",
    top,
    prefix,
    attributes,
    ...(place.ok ? { head: { commit, tree } } : {}),
    staged: listed.slice(end),
    changed: said(changed, "diff-files"),
    others: listed.slice(0, end).map((record) => record.slice(untracked.length)),
    settings: new Map(records(settings.text).map((each) => each.split("\n", 2) as [string, string])),
  };
}
