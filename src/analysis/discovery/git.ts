import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { throwIfAborted } from "#kernel";
import { joinPath, lossy, relativePath, type RelativePath } from "#paths";
import type { SkippedFile } from "./types.ts";

/** Folders whose `.git` decides: the nearest one at or above `folder`. */
export function workTreeOf(folder: string): string | undefined {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, ".git"))) return at;
    if (at === path.dirname(at)) return undefined;
  }
}

export interface GitFiles {
  /** Tracked or untracked, not ignored; may have vanished since. Not sorted. */
  paths: RelativePath[];
  skipped: SkippedFile[];
}

/** Git cannot or will not answer for this folder; the text is its own first line. */
export interface GitRefusal {
  refusal: string;
}

/**
 * What git knows below `folder`, which may be a part of a work tree. With `submodules`, those that are checked
 * out are listed as if their files were the repository's own.
 */
export async function gitFiles(
  folder: string,
  submodules: boolean,
  signal: AbortSignal | undefined,
): Promise<GitFiles | GitRefusal> {
  const answers = await Promise.all([
    git(folder, ["ls-files", "-z", "--stage"], signal),
    git(folder, ["ls-files", "-z", "--others", "--exclude-standard"], signal),
  ]);
  const [tracked, others] = answers;
  if ("refusal" in tracked) return tracked;
  if ("refusal" in others) return others;

  const found: GitFiles = { paths: [], skipped: [] };
  const modules: RelativePath[] = [];
  let previous: string | undefined;
  for (const record of records(tracked)) {
    const tab = record.indexOf("\t");
    const file = toRelative(record.slice(tab + 1), tracked.lossless);
    // An unresolved merge has up to three entries of one path, side by side.
    if ((file.raw ?? file.shown) === previous) continue;
    previous = file.raw ?? file.shown;
    if (record.startsWith("160000 ")) modules.push(file);
    else found.paths.push(file);
  }
  for (const record of records(others)) {
    if (record.endsWith("/")) {
      const { shown } = toRelative(record, others.lossless);
      found.skipped.push({ path: shown, reason: "nested-repository" });
    } else {
      found.paths.push(toRelative(record, others.lossless));
    }
  }
  found.skipped.push(...closedFolders(others.warnings));
  for (const module of modules) await addModule(found, folder, module, submodules, signal);
  return found;
}

/** Whether git ignores the folder as a whole: then it lists nothing of it. */
export async function isIgnoredByGit(folder: string, signal: AbortSignal | undefined): Promise<boolean> {
  return !("refusal" in (await git(folder, ["check-ignore", "-q", "."], signal)));
}

async function addModule(
  found: GitFiles,
  root: string,
  module: RelativePath,
  wanted: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const skipped: SkippedFile = { path: `${module.shown}/`, reason: "submodule" };
  if (!wanted) {
    found.skipped.push(skipped);
    return;
  }
  const folder = path.join(root, module.shown);
  // Without its own `.git` the question would go to the repository around it.
  const inner = existsSync(path.join(folder, ".git")) ? await gitFiles(folder, wanted, signal) : undefined;
  if (inner === undefined || "refusal" in inner) {
    found.skipped.push({ ...skipped, detail: inner === undefined ? "not checked out" : inner.refusal });
    return;
  }
  for (const file of inner.paths) found.paths.push(joinPath(module, file));
  for (const each of inner.skipped) found.skipped.push({ ...each, path: `${module.shown}/${each.path}` });
}

/** Git goes on past folders that it may not open, and says so on stderr alone. */
function closedFolders(warnings: string): SkippedFile[] {
  const lines = warnings.matchAll(/^warning: could not open directory '(.*)': (.*)$/gm);
  return [...lines].map(([, path = "", detail = ""]) => ({ path, reason: "unreadable", detail }));
}

interface Output {
  /** Decoded as UTF-8, or byte by byte where that would lose something. */
  text: string;
  lossless: boolean;
  warnings: string;
}

function records({ text }: Output): string[] {
  const all = text.split("\0");
  all.pop();
  return all;
}

function toRelative(record: string, isUtf8: boolean): RelativePath {
  return isUtf8 ? { shown: record } : relativePath(Buffer.from(record, "latin1"));
}

/** Variables that point git at another repository or index than the folder's own (set inside git hooks). */
const misleading = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_PREFIX",
  "GIT_COMMON_DIR",
  "GIT_NAMESPACE",
];

async function git(
  folder: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Output | GitRefusal> {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
  for (const name of misleading) delete env[name];
  // A repository's own configuration may name a program as file system monitor: listing must not run it.
  const all = ["-c", "core.fsmonitor=false", ...args];
  const options = { cwd: folder, env, encoding: "buffer" as const, maxBuffer: Infinity, signal };
  const answer = await new Promise<Output | GitRefusal>((resolve) => {
    execFile("git", all, options, (error, stdout, stderr) => {
      if (error) resolve({ refusal: reasonOf(error, stderr) });
      else resolve(output(stdout, stderr.toString("utf8")));
    });
  });
  throwIfAborted(signal);
  return answer;
}

function output(stdout: Buffer, warnings: string): Output {
  const text = stdout.toString("utf8");
  if (!text.includes(lossy)) return { text, lossless: true, warnings };
  return { text: stdout.toString("latin1"), lossless: false, warnings };
}

function reasonOf(error: Error & { code?: unknown }, stderr: Buffer): string {
  if (error.code === "ENOENT") return "git is not installed";
  const [line] = stderr.toString("utf8").trim().split("\n", 1);
  return line ? line.replace(/^fatal: /, "") : "git failed";
}
