import { readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { systemCode, throwIfAborted } from "#kernel";
import { RootNotReadableError } from "./errors.ts";
import { walkFolders } from "./folder-walk.ts";
import { type GitFiles, gitFiles, isIgnoredByGit, workTreeOf } from "./git.ts";
import { globMatcher, reachMatcher } from "./globs.ts";
import { LanguageTable } from "./language-table.ts";
import { compareByBytes } from "#paths";
import { ProjectRules } from "./project-rules.ts";
import { selectByPath } from "./select.ts";
import { reasonOf, statFiles } from "./stat-files.ts";
import {
  type Candidate,
  defaultMaxFileSize,
  type FileList,
  type ListOptions,
  type SkippedFile,
} from "./types.ts";

/**
 * The files of a project that are worth analysing, and what was left out. In a git work tree these are the
 * tracked files and the untracked ones that are not ignored; elsewhere, or where git cannot answer, a walk that
 * honours `.gitignore`. `.caelumignore` holds in both. A `root` that is a file is listed alone, whatever it is.
 *
 * @throws {RootNotReadableError} `root` does not exist or cannot be read
 * @throws {CancelledError} `signal` was aborted
 */
export async function listFiles(root: string, options: ListOptions, signal?: AbortSignal): Promise<FileList> {
  throwIfAborted(signal);
  const folder = path.resolve(root);
  const stats = statRoot(root, folder);
  const table = new LanguageTable(options.languages);
  if (stats.isFile()) return listOne(folder, table, options);
  if (!stats.isDirectory()) throw new RootNotReadableError(root, undefined, "neither-file-nor-folder");

  const { source, notice, rules, ...listed } = await listPaths(root, folder, options, signal);
  const { selected, skipped, searchable } = selectByPath(listed.paths, rules, table, options);
  const asked = options.searchable === true ? [...selected, ...searchable] : selected;
  const { maxFileSize = defaultMaxFileSize, onStats } = options;
  const checked = await statFiles(folder, asked, { maxFileSize, onStats }, signal);
  const isExcluded = globMatcher(options.exclude);
  const isReached = reachMatcher(options.include);
  const before = listed.skipped.filter((one) => {
    const bare = one.path.replace(/\/$/, "");
    return !isExcluded?.(bare) && isReached(bare);
  });
  return {
    root: folder,
    files: checked.files.sort(byPath),
    skipped: [...before, ...skipped, ...checked.skipped].sort(byPath),
    searchable: options.searchable === true ? checked.searchable.sort(byPath) : [],
    source,
    ...(notice === undefined ? {} : { notice }),
  };
}

interface Listing extends GitFiles {
  source: "git" | "folders";
  notice?: string;
  rules: ProjectRules;
}

async function listPaths(
  root: string,
  folder: string,
  options: ListOptions,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  // A link as root: git and the folders above are those of its target.
  const real = realpathSync(folder);
  const top = workTreeOf(real);
  const answer = top === undefined ? undefined : await gitFiles(real, options.submodules ?? false, signal);
  const refusal = answer && "refusal" in answer ? answer.refusal : undefined;
  const files = answer && "refusal" in answer ? undefined : answer;
  const isIgnored = top !== real && files?.paths.length === 0 && (await isIgnoredByGit(real, signal));

  if (files !== undefined && !isIgnored) {
    const rules = new ProjectRules({ gitIgnores: false });
    if (top !== undefined) rules.readAbove(top, real);
    rules.readBeside(folder, files.paths);
    return { ...files, source: "git", rules };
  }

  const rules = new ProjectRules({ gitIgnores: true });
  // What stands above says that this folder is ignored; whoever names it wants it nevertheless.
  if (top !== undefined && !isIgnored) rules.readAbove(top, real);
  requireReadable(root, folder);
  const walked = await walkFolders(folder, rules, globMatcher(options.exclude) ?? (() => false), signal);
  const notice = isIgnored ? "git ignores this folder" : refusal;
  return { ...walked, source: "folders", rules, ...(notice === undefined ? {} : { notice }) };
}

/** A file named by the person: no rule about names or folders holds, but it must be an ordinary file. */
function listOne(named: string, table: LanguageTable, options: ListOptions): FileList {
  // Links are not followed later on, so a link that the person named is resolved here.
  const file = realpathSync(named);
  const root = path.dirname(file);
  const name = path.basename(file);
  const stats = statSync(file);
  const reason = reasonOf(stats, file, root, options.maxFileSize ?? defaultMaxFileSize);
  const language = table.byName(name);
  const candidate: Candidate = {
    path: name,
    size: stats.size,
    ...(language === undefined ? {} : { language }),
  };
  const skipped: SkippedFile[] =
    reason === undefined || reason === "directory" ? [] : [{ path: name, ...reason }];
  const isSearchable =
    options.searchable === true && typeof reason === "object" && reason.reason === "too-large";
  return {
    root,
    files: reason === undefined ? [candidate] : [],
    skipped,
    searchable: isSearchable ? [{ ...candidate, leftOut: "too-large" }] : [],
    source: "file",
  };
}

function statRoot(root: string, folder: string): Stats {
  try {
    return statSync(folder);
  } catch (error) {
    const isMissing = ["ENOENT", "ENOTDIR"].includes(systemCode(error) ?? "");
    throw new RootNotReadableError(root, error, isMissing ? "missing" : "unreadable");
  }
}

function requireReadable(root: string, folder: string): void {
  try {
    readdirSync(folder);
  } catch (error) {
    throw new RootNotReadableError(root, error, "unreadable");
  }
}

function byPath(a: { path: string }, b: { path: string }): number {
  return compareByBytes(a.path, b.path);
}
