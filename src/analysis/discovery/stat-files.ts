import { accessSync, constants, lstatSync, realpathSync, type Stats } from "node:fs";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { systemCode, throwIfAborted } from "#kernel";
import { openPath, parentOf } from "#paths";
import type { Selected } from "./select.ts";
import type { Candidate, ListOptions, SkippedFile } from "./types.ts";

/** Files between two looks at the signal. */
const breath = 4000;

/**
 * Asks the file system about each file, in bulk: a call takes microseconds, a promise for it would take longer.
 * What has vanished since it was listed (or was deleted but is still tracked) is dropped without a word.
 */
export async function statFiles(
  root: string,
  selected: readonly Selected[],
  { maxFileSize, onStats }: { maxFileSize: number; onStats?: ListOptions["onStats"] },
  signal: AbortSignal | undefined,
): Promise<{ files: Candidate[]; skipped: SkippedFile[]; searchable: Candidate[] }> {
  const files: Candidate[] = [];
  const skipped: SkippedFile[] = [];
  const searchable: Candidate[] = [];
  const folders = new LinkedFolders(root);
  for (const [index, each] of selected.entries()) {
    if (index % breath === 0) {
      await setImmediate();
      throwIfAborted(signal);
    }
    const candidate = toCandidate(each);
    // Git may list what is behind a folder that has become a link since: not ours to follow.
    if (folders.isBehindLink(candidate.path)) continue;
    const target = openPath(root, candidate);
    const stats = statOf(target);
    if (stats === undefined) continue;
    const reason = typeof stats === "string" ? unreadable(stats) : reasonOf(stats, target, root, maxFileSize);
    if (reason === "directory") continue;
    const take = (found: Candidate[], taken: Stats): void => {
      candidate.size = taken.size;
      found.push(candidate);
      onStats?.(candidate, taken);
    };
    // What is left out by its path is told by whoever selected it.
    if (each.leftOut !== undefined) {
      if (typeof stats === "object" && stats.isFile()) take(searchable, stats);
    } else if (reason === undefined) take(files, stats as Stats);
    else {
      skipped.push({ path: candidate.path, ...reason });
      if (reason.reason === "too-large") {
        candidate.leftOut = reason.reason;
        take(searchable, stats as Stats);
      }
    }
  }
  return { files, skipped, searchable };
}

type Reason = Pick<SkippedFile, "reason" | "detail">;

/** Undefined = an ordinary file that can be analysed. */
export function reasonOf(
  stats: Stats,
  target: string | Buffer,
  root: string,
  maxFileSize: number,
): Reason | "directory" | undefined {
  if (stats.isSymbolicLink()) return { reason: "symlink", detail: linkDetail(target, root) };
  if (stats.isDirectory()) return "directory";
  if (!stats.isFile()) return { reason: "special", detail: "neither file nor folder nor link" };
  if (stats.size > maxFileSize) {
    return { reason: "too-large", detail: `${stats.size.toLocaleString("en-US")} bytes` };
  }
  // Only where the mode says that nobody in particular may read: another call per file would cost a tenth more.
  if ((stats.mode & 0o444) !== 0o444) {
    try {
      accessSync(target, constants.R_OK);
    } catch (error) {
      return unreadable(systemCode(error) ?? "unknown");
    }
  }
  return undefined;
}

function unreadable(code: string): Reason {
  return { reason: "unreadable", detail: code };
}

/** The error's code where there is something that cannot be looked at; undefined where there is nothing. */
function statOf(target: string | Buffer): Stats | string | undefined {
  try {
    return lstatSync(target, { throwIfNoEntry: false });
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code;
  }
}

/** Links are never followed: one that stays inside leads to what is analysed anyway. */
function linkDetail(target: string | Buffer, root: string): string {
  try {
    const real = realpathSync(target, "utf8");
    const relative = path.relative(realpathSync(root), real);
    const isOutside = relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
    return isOutside ? "link to outside" : "link to inside";
  } catch (error) {
    return systemCode(error) === "ELOOP" ? "link in a loop" : "broken link";
  }
}

function toCandidate({ path: { shown, raw }, language, override, leftOut }: Selected): Candidate {
  return {
    path: shown,
    size: 0,
    ...(language === undefined ? {} : { language }),
    ...(raw === undefined ? {} : { rawPath: raw }),
    ...(override === undefined ? {} : { override }),
    ...(leftOut === undefined ? {} : { leftOut }),
  };
}

class LinkedFolders {
  readonly #root: string;
  readonly #known = new Map<string, boolean>([["", false]]);

  constructor(root: string) {
    this.#root = root;
  }

  isBehindLink(file: string): boolean {
    return this.#isLinked(parentOf(file));
  }

  #isLinked(folder: string): boolean {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    const stats = this.#isLinked(parentOf(folder)) || statOf(path.join(this.#root, folder));
    const linked = stats === true || (typeof stats === "object" && stats.isSymbolicLink());
    this.#known.set(folder, linked);
    return linked;
  }
}
