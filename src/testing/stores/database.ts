import { renameSync, rmSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { makeFolder, systemCode } from "#kernel";

const file = "testing-1.sqlite";
const waitMs = 5000;
/** Raised with the tables; what can be learned again goes then. */
const current = 2;

const schema = `
  CREATE TABLE IF NOT EXISTS timings (
    root TEXT NOT NULL, platform TEXT NOT NULL, unit TEXT NOT NULL, ms REAL NOT NULL, runs INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (root, platform, unit)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS flakes (
    root TEXT NOT NULL, platform TEXT NOT NULL, test TEXT NOT NULL, at INTEGER NOT NULL, run TEXT NOT NULL, host TEXT NOT NULL,
    message TEXT NOT NULL, PRIMARY KEY (root, platform, test, run)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS runs (root TEXT PRIMARY KEY, at INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID;
  DROP TABLE IF EXISTS verdicts;
  CREATE TABLE verdicts (
    tree TEXT NOT NULL, configuration TEXT NOT NULL, platform TEXT NOT NULL, verdict TEXT NOT NULL, at INTEGER NOT NULL,
    run TEXT NOT NULL, tests INTEGER NOT NULL, failed INTEGER NOT NULL, PRIMARY KEY (tree, configuration, platform)
  ) WITHOUT ROWID;
`;

/**
 * Opens, or makes, what is kept about test runs. Several processes may have it open: each write is one short transaction
 * that waits for its turn. A file that is no database is moved aside. Throws the system's or SQLite's error.
 */
export async function openDatabase(folder: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await import("node:sqlite");
  const target = path.join(folder, file);
  makeFolder(folder, 0o700);
  try {
    return connect(DatabaseSync, target);
  } catch (error) {
    if (!isDamage(error)) throw error;
    for (const suffix of ["", "-wal", "-shm"]) moveAside(target, suffix);
    return connect(DatabaseSync, target);
  }
}

function connect(Database: typeof DatabaseSync, target: string): DatabaseSync {
  const database = new Database(target, { timeout: waitMs });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    const { user_version: version } = database.prepare("PRAGMA user_version").get() as {
      user_version: number;
    };
    // Making the tables takes a write lock, which nobody who only reads should wait for.
    if (version < current) makeTables(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function makeTables(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  // Another process may have been faster.
  if (version < current) database.exec(`${schema} PRAGMA user_version = ${current};`);
  database.exec("COMMIT");
}

function moveAside(target: string, suffix: string): void {
  try {
    renameSync(target + suffix, `${target}.damaged${suffix}`);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") rmSync(target + suffix, { force: true, recursive: true });
  }
}

const corrupt = 11;
const notDatabase = 26;

function isDamage(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" && [corrupt, notDatabase].includes(code & 0xff);
}
