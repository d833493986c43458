import { hash } from "node:crypto";
import type { Stats } from "node:fs";
import { type Candidate, mostSearchedBytes } from "../discovery/index.ts";
import { stampOf } from "../file/stamp.ts";
import { ResultsCache } from "./results-cache.ts";

/** Of a digest, enough that no two files ever share it. */
const ID_LENGTH = 22;
/** Fewer files are read faster than it is told whether they have to be. */
const FEW_FILES = 60;
/** Contents that files had once, and files that were not asked for; a hundred bytes each. */
const MOST_OTHERS = 20_000;

/**
 * Hashes of a folder's files by what the file system says of them (`stampOf`), so that what did not change since an earlier
 * run is not read to be looked up. Only digests are kept: of a value that is damaged nothing matches, and of several
 * processes whoever writes last is as right as the others.
 */
export class SeenFiles {
  readonly #results: ResultsCache;
  readonly #root: string;
  readonly #now: () => number;
  /** Id → SHA-256, from earlier runs. */
  readonly #earlier: Map<string, string>;
  /** The same of this run. */
  readonly #current = new Map<string, string>();
  readonly #known = new Map<Candidate, { id: string; sha: string }>();
  #hasLearned = false;

  /** @param root absolute folder that the paths are relative to */
  constructor(cacheFolder: string, root: string, now: () => number) {
    this.#results = new ResultsCache(cacheFolder);
    this.#root = root;
    this.#now = now;
    this.#earlier = pairsOf(this.#results.get("seen", this.#key()));
  }

  /** Tells of a file that is listed; `stats` were asked for a moment ago. */
  look(file: Candidate, stats: Stats): void {
    if (this.#earlier.size === 0) return;
    const stamp = stampOf(stats, this.#now());
    if (stamp === undefined) return;
    const id = idOf(file, stamp);
    const sha = this.#earlier.get(id);
    if (sha === undefined) return;
    this.#current.set(id, sha);
    this.#known.set(file, { id, sha });
  }

  /** SHA-256 of what reading the file gave when it was listed, if that is known. */
  hashOf(file: Candidate): string | undefined {
    return this.#known.get(file)?.sha;
  }

  /** The file was read; `stamp` is that of the very bytes that were hashed. */
  learn(file: Candidate, stamp: string | undefined, sha: string): void {
    this.#forget(file, sha);
    if (stamp === undefined) return;
    this.#current.set(idOf(file, stamp), sha);
    this.#hasLearned = true;
  }

  /** What was kept was damaged, or the file has changed since it was listed. */
  #forget(file: Candidate, sha: string): void {
    const known = this.#known.get(file);
    if (known === undefined || known.sha === sha) return;
    this.#current.delete(known.id);
    this.#earlier.delete(known.id);
    this.#hasLearned = true;
  }

  /** Keeps what was learned for the next run, and nothing of it in memory. */
  close(): void {
    this.#save();
    for (const pairs of [this.#earlier, this.#current, this.#known]) pairs.clear();
  }

  #save(): void {
    if (!this.#hasLearned || (this.#earlier.size === 0 && this.#current.size <= FEW_FILES)) return;
    // What other runs have asked for in this folder may be asked for again, but not all that there ever was.
    const others = [...this.#earlier].filter(([id]) => !this.#current.has(id));
    const kept = others.length <= Math.max(this.#current.size, MOST_OTHERS) ? others : [];
    this.#results.put("seen", this.#key(), [...this.#current, ...kept].flat());
  }

  #key(): string {
    return hash("sha256", this.#root, "hex");
  }
}

function idOf({ path, rawPath, leftOut }: Candidate, stamp: string): string {
  // Of what is only searched no more than the beginning is read.
  const most = leftOut === undefined ? "" : mostSearchedBytes;
  return hash("sha256", `${most} ${stamp} ${rawPath ?? path}`, "base64url").slice(0, ID_LENGTH);
}

function pairsOf(value: unknown): Map<string, string> {
  const pairs = new Map<string, string>();
  const all: readonly unknown[] = Array.isArray(value) ? value : [];
  for (let at = 0; at + 1 < all.length; at += 2) {
    const id = all[at];
    const sha = all[at + 1];
    if (typeof id === "string" && typeof sha === "string") pairs.set(id, sha);
  }
  return pairs;
}
