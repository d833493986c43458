import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { makeFolder } from "#kernel";

const FOLDER = "results";
/** Results of each kind that are kept: of the projects that were looked at last. */
const KEPT = 24;

/**
 * What is worked out from the facts of all files together and takes a while: a JSON value in a file of its own, by what
 * it was made from. Whatever fails here, the value is worked out anew.
 */
export class ResultsCache {
  readonly #folder: string;

  constructor(cacheFolder: string) {
    this.#folder = path.join(cacheFolder, FOLDER);
  }

  /** `key`: hexadecimal, of everything that the value depends on. */
  get(kind: string, key: string): unknown {
    const file = this.#file(kind, key);
    try {
      const value: unknown = JSON.parse(zstdDecompressSync(readFileSync(file)).toString("utf8"));
      const now = new Date();
      utimesSync(file, now, now);
      return value;
    } catch {
      return undefined;
    }
  }

  put(kind: string, key: string, value: unknown): void {
    try {
      makeFolder(this.#folder, 0o700);
      const file = this.#file(kind, key);
      const temporary = `${file}.${process.pid}.tmp`;
      writeFileSync(temporary, zstdCompressSync(JSON.stringify(value)), { mode: 0o600 });
      renameSync(temporary, file);
      this.#prune(kind);
    } catch {
      // The next run works it out again.
    }
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #prune(kind: string): void {
    const files = readdirSync(this.#folder)
      .filter((name) => name.startsWith(`${kind}-`))
      .map((name) => path.join(this.#folder, name));
    if (files.length <= KEPT) return;
    const byAge = files.map((file) => ({ file, at: statSync(file).mtimeMs })).sort((a, b) => b.at - a.at);
    for (const { file } of byAge.slice(KEPT)) rmSync(file, { force: true });
  }

  #file(kind: string, key: string): string {
    return path.join(this.#folder, `${kind}-${key}.zst`);
  }
}
