import type { DatabaseSync } from "node:sqlite";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { testKey, type TestName } from "../model.ts";
import type { TestRunRecord } from "../run-record.ts";
import { openDatabase } from "./database.ts";
import { newestShare, normalise, type Timed } from "./normalise.ts";

const dayMs = 86_400_000;
const timingsKeptMs = 90 * dayMs;
const flakesKeptMs = 60 * dayMs;
const verdictsKept = 2000;

/** What is known about how long a unit takes. */
export interface Timing {
  platform: string;
  unit: string;
  /** Wall time on a host of ordinary speed, milliseconds. */
  ms: number;
  runs: number;
}

/** A test that failed and passed in one run. */
export interface Flake {
  platform: string;
  test: TestName;
  /** Milliseconds since 1970. */
  at: number;
  run: string;
  /** Where it failed. */
  host: string;
  message: string;
}

/** What a whole run said about one platform. */
export interface StoredVerdict {
  platform: string;
  verdict: "passed" | "failed";
  at: number;
  run: string;
  tests: number;
  failed: number;
}

/** What verdicts hold for: exactly these files, tested in exactly this way. */
export interface VerdictKey {
  /** Id of the tree, as git has it. */
  tree: string;
  configuration: string;
}

/**
 * What earlier runs have taught, in the user's state folder: how long units take, which tests are flaky, the last run, and
 * verdicts by content. Losing it costs time and history, never a right answer.
 */
export class TestStore {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Throws the system's or SQLite's error where there can be none. */
  static async open(folder: string): Promise<TestStore> {
    return new TestStore(await openDatabase(folder));
  }

  close(): void {
    this.#database.close();
  }

  /** Unit → milliseconds; what is known of another platform only is better than nothing. */
  timings(root: string, platform: string): Map<string, number> {
    const rows = this.#database
      .prepare("SELECT platform, unit, ms FROM timings WHERE root = ? ORDER BY platform = ?")
      .all(root, platform) as unknown as Timing[];
    return new Map(rows.map(({ unit, ms }) => [unit, ms]));
  }

  /** All of a tree, slowest first. */
  allTimings(root: string): Timing[] {
    const rows = this.#database
      .prepare("SELECT platform, unit, ms, runs FROM timings WHERE root = ? ORDER BY ms DESC, unit, platform")
      .all(root);
    return rows as unknown as Timing[];
  }

  /** Newest first. */
  flakes(root: string): Flake[] {
    const rows = this.#database
      .prepare(
        "SELECT platform, test, at, run, host, message FROM flakes WHERE root = ? ORDER BY at DESC, test",
      )
      .all(root) as unknown as (Omit<Flake, "test"> & { test: string })[];
    return rows.map((row) => ({ ...row, test: JSON.parse(row.test) as TestName }));
  }

  /** The last run of a tree, if it can be read. */
  lastRun(root: string): TestRunRecord | undefined {
    const row = this.#database.prepare("SELECT record FROM runs WHERE root = ?").get(root);
    if (row === undefined) return undefined;
    try {
      const record = JSON.parse(
        zstdDecompressSync(row["record"] as Uint8Array).toString("utf8"),
      ) as TestRunRecord;
      return record.version === 1 ? record : undefined;
    } catch {
      return undefined;
    }
  }

  /** Unit, whole where it was split → milliseconds of its tests in the last run, by the names of suites and test. */
  testTimes(root: string, platform: string): Map<string, Record<string, number>> {
    const times = new Map<string, Map<string, number>>();
    for (const { platform: on, unit, result } of this.lastRun(root)?.tests ?? []) {
      if (on !== platform) continue;
      const whole = unit.replace(/\|\d+\/\d+$/, "");
      const own = times.get(whole) ?? new Map<string, number>();
      const name = result.test.title.join(" ");
      own.set(name, (own.get(name) ?? 0) + result.ms);
      times.set(whole, own);
    }
    return new Map([...times].map(([unit, own]) => [unit, Object.fromEntries(own)]));
  }

  /** Takes in a finished run. `now`: milliseconds since 1970. */
  learn(record: TestRunRecord, now: number): void {
    const { root, run } = record;
    const packed = zstdCompressSync(Buffer.from(JSON.stringify(record)));
    this.#inTransaction(() => {
      this.#learnTimings(record, now);
      const insert = this.#database.prepare("INSERT OR REPLACE INTO flakes VALUES (?, ?, ?, ?, ?, ?, ?)");
      for (const { platform, test, host, message } of flakesOf(record))
        insert.run(root, platform, JSON.stringify(test), now, run, host, message);
      this.#database.prepare("DELETE FROM flakes WHERE at < ?").run(now - flakesKeptMs);
      this.#database.prepare("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)").run(root, now, packed);
    });
  }

  /** Of each platform that has one. */
  verdicts({ tree, configuration }: VerdictKey): StoredVerdict[] {
    const rows = this.#database
      .prepare(
        "SELECT platform, verdict, at, run, tests, failed FROM verdicts WHERE tree = ? AND configuration = ?",
      )
      .all(tree, configuration);
    return rows.map((row) => ({ ...row }) as unknown as StoredVerdict);
  }

  saveVerdicts({ tree, configuration }: VerdictKey, verdicts: readonly StoredVerdict[]): void {
    this.#inTransaction(() => {
      const insert = this.#database.prepare(
        "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      );
      for (const { platform, verdict, at, run, tests, failed } of verdicts)
        insert.run(tree, configuration, platform, verdict, at, run, tests, failed);
      this.#database
        .prepare(
          "DELETE FROM verdicts WHERE at < (SELECT at FROM verdicts ORDER BY at DESC LIMIT 1 OFFSET ?)",
        )
        .run(verdictsKept);
    });
  }

  #learnTimings({ root, units }: TestRunRecord, now: number): void {
    const select = this.#database.prepare(
      "SELECT ms FROM timings WHERE root = ? AND platform = ? AND unit = ?",
    );
    const known = (platform: string, unit: string): number | undefined =>
      select.get(root, platform, unit)?.["ms"] as number | undefined;
    const upsert = this.#database.prepare(`
      INSERT INTO timings VALUES (?, ?, ?, ?, 1, ?)
      ON CONFLICT DO UPDATE SET ms = ms + ${newestShare} * (excluded.ms - ms), runs = runs + 1, at = excluded.at`);
    const timed = normalise(units, known);
    for (const { platform, unit, ms } of [...timed, ...wholesOf(timed)])
      upsert.run(root, platform, unit, ms, now);
    this.#database.prepare("DELETE FROM timings WHERE at < ?").run(now - timingsKeptMs);
  }

  #inTransaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

/** What units took that ran in parts, all of which have been timed: the next run splits them by that. */
function wholesOf(timed: readonly Timed[]): Timed[] {
  const wholes = new Map<string, { timed: Timed; parts: Map<string, number>; of: number }>();
  for (const each of timed) {
    const [, whole, part, of] = /^(.*)\|(\d+)\/(\d+)$/s.exec(each.unit) ?? [];
    if (whole === undefined || part === undefined) continue;
    const key = `${each.platform}\0${whole}\0${of}`;
    const known = wholes.get(key) ?? { timed: { ...each, unit: whole }, parts: new Map(), of: Number(of) };
    wholes.set(key, known);
    known.parts.set(part, each.ms);
  }
  return [...wholes.values()].flatMap(({ timed, parts, of }) =>
    parts.size === of ? [{ ...timed, ms: [...parts.values()].reduce((sum, ms) => sum + ms, 0) }] : [],
  );
}

const messageKept = 500;

function flakesOf({ tests }: TestRunRecord): Pick<Flake, "platform" | "test" | "host" | "message">[] {
  const groups = Map.groupBy(tests, ({ platform, result }) => `${platform}\0${testKey(result.test)}`);
  return [...groups.values()].flatMap((group) => {
    const passed = group.find(({ result }) => result.outcome === "passed");
    const failed = group.find(({ result }) => result.outcome === "failed");
    if (passed === undefined || (failed === undefined && (passed.result.retries ?? 0) === 0)) return [];
    const { platform, host, result } = failed ?? passed;
    const message = result.failures?.[0]?.message ?? "passed when its runner tried again";
    return [{ platform, host, test: result.test, message: message.slice(0, messageKept) }];
  });
}
