import { createHash } from "node:crypto";
import { readFileSync, renameSync, type Stats, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "#kernel";
import type { BytePath, TreeAlgorithm } from "../manifest.ts";

const version = 1;
/** Some file systems count in two seconds: what was written just now may be written again unseen. */
const settledMs = 2000;

type Seen = [size: number, mtimeMs: number, ctimeMs: number, ino: number, id: string];

/**
 * Hashes of files by how they look, so that what git does not answer for is read once and not in every run. Several
 * processes may use it: it is replaced as a whole, and a lost entry is only read again.
 */
export class StatCache {
  readonly #file: string | undefined;
  readonly #startedAt = Date.now();
  readonly #known = new Map<BytePath, Seen>();
  readonly #next = new Map<BytePath, Seen>();
  #changed = false;

  /** `folder`: of caelum's caches; undefined: nothing is kept. */
  constructor(folder: string | undefined, root: string, algorithm: TreeAlgorithm) {
    if (folder === undefined) return;
    const name = createHash("sha256").update(`${root}\0${algorithm}`).digest("hex").slice(0, 32);
    this.#file = path.join(folder, "trees", `${name}.json`);
    try {
      const { version: of, seen } = JSON.parse(readFileSync(this.#file, "utf8")) as {
        version: number;
        seen: [BytePath, Seen][];
      };
      if (of === version) this.#known = new Map(seen);
    } catch {
      // None yet, or damaged.
    }
  }

  get(file: BytePath, { size, mtimeMs, ctimeMs, ino }: Stats): string | undefined {
    const seen = this.#known.get(file);
    if (seen === undefined) return undefined;
    if (seen[0] !== size || seen[1] !== mtimeMs || seen[2] !== ctimeMs || seen[3] !== ino) return undefined;
    this.#next.set(file, seen);
    return seen[4];
  }

  /** `stats` must have been taken before the file was read. */
  set(file: BytePath, { size, mtimeMs, ctimeMs, ino }: Stats, id: string): void {
    if (Math.max(mtimeMs, ctimeMs) > this.#startedAt - settledMs) return;
    this.#next.set(file, [size, mtimeMs, ctimeMs, ino, id]);
    this.#changed = true;
  }

  /** Keeps what was asked for in this run. A cache that cannot be written is no reason to stop. */
  save(): void {
    if (this.#file === undefined || (!this.#changed && this.#next.size === this.#known.size)) return;
    try {
      makeFolder(path.dirname(this.#file), 0o700);
      const temporary = `${this.#file}.${process.pid}.tmp`;
      writeFileSync(temporary, JSON.stringify({ version, seen: [...this.#next] }), { mode: 0o600 });
      renameSync(temporary, this.#file);
    } catch {
      // Read again next time.
    }
  }
}
