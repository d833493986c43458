import { hash } from "node:crypto";
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { makeFolder, systemCode } from "#kernel";
import type { Candidate } from "../discovery/index.ts";
import { rowOf, type StoredFacts, storedOf } from "./stored-facts.ts";

export interface CacheStats {
  path: string;
  entries: number;
  /** On disk. */
  bytes: number;
  /** Entries that this version of caelum can use. */
  current: number;
}

/** Bumped when the meaning of a row changes in a way that the worker's hash does not show. */
const SCHEMA = 4;
const FILE = "analysis-1.sqlite";
/** Rows per transaction: group commit is what makes SQLite fast, and bounds what a crash loses. */
const BATCH = 256;

/**
 * Facts of files by content, so that a file that did not change is never measured again. Keys hold everything the
 * facts depend on: the bytes, what the path says about the language, and `version` (the hash of the worker and its
 * grammars). Several processes may use one cache. Every row carries a checksum: a row that does not match it, or
 * cannot be read, counts as absent. The cache is never needed: any failure turns it off and is told once.
 */
export class FactsCache {
  readonly path: string;
  readonly #version: Buffer;
  readonly #keyStart: string;
  readonly #onFailure: (error: unknown) => void;
  #database: DatabaseSync | undefined;
  #select: StatementSync | undefined;
  #insert: StatementSync | undefined;
  #touch: StatementSync | undefined;
  #pending: { key: Buffer; head: string; details: Uint8Array | null }[] = [];
  #stale: Buffer[] = [];
  readonly #today = Math.floor(Date.now() / 86_400_000);

  private constructor(file: string, version: string, onFailure: (error: unknown) => void) {
    this.path = file;
    this.#version = hash("sha256", version, "buffer").subarray(0, 8);
    this.#keyStart = this.#version.toString("hex");
    this.#onFailure = onFailure;
  }

  static fileIn(folder: string): string {
    return path.join(folder, FILE);
  }

  /** Whether there is anything to open; where that cannot be told, opening tells why. */
  static exists(folder: string): boolean {
    return existsSync(FactsCache.fileIn(folder)) || (existsSync(folder) && !statSync(folder).isDirectory());
  }

  /** Opens, or makes, the cache in a folder. A file that is no database is moved aside and a new one made. */
  static async open(
    folder: string,
    version: string,
    onFailure: (error: unknown) => void,
  ): Promise<FactsCache> {
    const { DatabaseSync } = await import("node:sqlite");
    const cache = new FactsCache(FactsCache.fileIn(folder), version, onFailure);
    try {
      makeFolder(folder, 0o700);
      try {
        cache.#connect(DatabaseSync);
      } catch (error) {
        if (!isDamage(error)) throw error;
        cache.#discard();
        cache.#connect(DatabaseSync);
        onFailure(new Error(`${cache.path} was damaged; a new one was made`, { cause: error }));
      }
    } catch (error) {
      cache.#fail(error);
    }
    return cache;
  }

  #connect(Database: typeof DatabaseSync): void {
    const database = new Database(this.path, { timeout: 5000 });
    try {
      database.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS facts (
          key BLOB PRIMARY KEY, version BLOB NOT NULL, used INTEGER NOT NULL,
          head TEXT NOT NULL, details BLOB, sum INTEGER NOT NULL
        );
        CREATE INDEX IF NOT EXISTS facts_used ON facts (used);
        CREATE INDEX IF NOT EXISTS facts_version ON facts (version);`);
      this.#select = database.prepare("SELECT head, details, sum, used FROM facts WHERE key = ?");
      this.#insert = database.prepare(
        "INSERT OR REPLACE INTO facts (key, version, used, head, details, sum) VALUES (?, ?, ?, ?, ?, ?)",
      );
      this.#touch = database.prepare("UPDATE facts SET used = ? WHERE key = ?");
      this.#database = database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#database !== undefined;
  }

  /** `variant`: the hash of whatever else the facts depend on, such as rules. */
  key(sha: string, candidate: Pick<Candidate, "language" | "override" | "leftOut">, variant = ""): Buffer {
    const { language = "", override, leftOut = "" } = candidate;
    const hints = JSON.stringify([SCHEMA, language, override?.generated ?? "", leftOut, variant]);
    return hash("sha256", this.#keyStart + sha + hints, "buffer");
  }

  /** In the order of the keys; undefined for what is not there. */
  getMany(keys: readonly Buffer[]): (StoredFacts | undefined)[] {
    try {
      // Else each question is a transaction by itself, which is a third of its price.
      this.#database?.exec("BEGIN");
      const found = keys.map((key) => this.#get(key));
      this.#database?.exec("COMMIT");
      return found;
    } catch (error) {
      this.#fail(error);
      return keys.map(() => undefined);
    }
  }

  #get(key: Buffer): StoredFacts | undefined {
    const row = this.#select?.get(key) as
      | { head: string; details: Uint8Array | null; sum: number; used: number }
      | undefined;
    if (row === undefined || checksum(key, row.head, row.details) !== row.sum) return undefined;
    if (row.used < this.#today) this.#stale.push(key);
    return storedOf(row.head, row.details);
  }

  /** True when no entry is of this version: looking anything up is useless then. */
  isEmpty(): boolean {
    try {
      return (
        this.#database?.prepare("SELECT 1 FROM facts WHERE version = ? LIMIT 1").get(this.#version) ===
        undefined
      );
    } catch (error) {
      this.#fail(error);
      return true;
    }
  }

  put(key: Buffer, stored: StoredFacts): void {
    if (this.#database === undefined) return;
    this.#pending.push({ key, ...rowOf(stored) });
    if (this.#pending.length >= BATCH) this.flush();
  }

  flush(): void {
    const rows = this.#pending;
    const touched = this.#stale;
    this.#pending = [];
    this.#stale = [];
    if (this.#database === undefined || rows.length + touched.length === 0) return;
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      for (const { key, head, details } of rows) {
        this.#insert!.run(key, this.#version, this.#today, head, details, checksum(key, head, details));
      }
      for (const key of touched) this.#touch!.run(this.#today, key);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Writes what is pending, drops the oldest entries while the cache is larger than `maxBytes`, and closes. */
  close(maxBytes: number): void {
    this.flush();
    if (this.#database === undefined) return;
    try {
      this.#evict(maxBytes);
      this.#disconnect();
    } catch (error) {
      this.#fail(error);
    }
  }

  #evict(maxBytes: number): void {
    if (this.#pages("page_count") - this.#pages("freelist_count") <= maxBytes) return;
    const database = this.#database!;
    // Days are coarse, so a share of the oldest goes at a time, until a fifth of the room is free again.
    const drop = database.prepare(
      "DELETE FROM facts WHERE key IN (SELECT key FROM facts ORDER BY used LIMIT max(1, (SELECT count(*) / 10 FROM facts)))",
    );
    while (this.#pages("page_count") - this.#pages("freelist_count") > maxBytes * 0.8)
      if (drop.run().changes === 0) break;
    database.exec("PRAGMA incremental_vacuum");
  }

  #pages(pragma: "page_count" | "freelist_count"): number {
    const row = this.#database!.prepare(
      `SELECT (SELECT ${pragma} FROM pragma_${pragma}) * (SELECT page_size FROM pragma_page_size) AS bytes`,
    ).get() as { bytes: number };
    return row.bytes;
  }

  stats(): CacheStats {
    const database = this.#database;
    if (database === undefined) return { path: this.path, entries: 0, bytes: 0, current: 0 };
    const counts = database
      .prepare("SELECT count(*) AS entries, coalesce(sum(version = ?), 0) AS current FROM facts")
      .get(this.#version) as { entries: number; current: number };
    return { path: this.path, ...counts, bytes: sizeOf(this.path) + sizeOf(`${this.path}-wal`) };
  }

  clear(): void {
    this.#database?.exec(
      "DELETE FROM facts; PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE); VACUUM",
    );
  }

  #disconnect(): void {
    this.#database?.close();
    this.#database = undefined;
    this.#select = undefined;
  }

  #fail(error: unknown): void {
    const database = this.#database;
    this.#database = undefined;
    this.#select = undefined;
    this.#pending = [];
    try {
      database?.close();
    } catch {
      // It is lost either way; what made it fail is what gets told.
    }
    if (isDamage(error)) this.#discard();
    this.#onFailure(error);
  }

  /** Moves the damaged files out of the way; another process that has them open is not disturbed. */
  #discard(): void {
    for (const suffix of ["", "-wal", "-shm"]) {
      try {
        renameSync(this.path + suffix, `${this.path}.damaged${suffix}`);
      } catch (error) {
        if (systemCode(error) !== "ENOENT") rmSync(this.path + suffix, { force: true, recursive: true });
      }
    }
  }
}

function checksum(key: Uint8Array, head: string, details: Uint8Array | null): number {
  const sum = crc32(head, crc32(key));
  return details === null ? sum : crc32(details, sum);
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function isDamage(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return (
    code === SQLITE_CORRUPT ||
    code === SQLITE_NOTADB ||
    (typeof code === "number" && (code & 0xff) === SQLITE_CORRUPT)
  );
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
