import type { Commit } from "./git-history.ts";

/** Commits that touch more files say nothing about what belongs together: moves, licences, formatting. */
const MOST_COUPLED = 30;
/** Pairs that are counted at a time; when there are more, those seen once are forgotten. */
const MOST_PAIRS = 2_000_000;
const DAY = 86_400;
/** A change counts half after a year, a quarter after two: hotspots are where work goes on. */
const HALF_LIFE = 365 * DAY;
const RECENT = 90 * DAY;
/** Whose last commit is older than this, seen from the newest commit, may not be there to be asked. */
const AWAY = 180 * DAY;

/** What the commits say about one file. Times are seconds since 1970. */
export interface FileHistory {
  commits: number;
  /** Commits, each weighing less the older it is (half after a year). */
  weight: number;
  /** Commits of the newest 90 days of the history, and of the 90 days before. */
  recent: number;
  earlier: number;
  first: number;
  last: number;
  authors: number;
  mainAuthor: string;
  /** Share of the commits that are the main author's, 0 to 1. */
  mainShare: number;
  /** The main author made most of the commits and has not committed anything for half a year. */
  isAtRisk: boolean;
}

export interface Coupling {
  a: string;
  b: string;
  /** Commits that touched both. */
  shared: number;
  /** Of the commits of the file that has fewer, 0 to 1. */
  degree: number;
}

export interface History {
  commits: number;
  authors: number;
  /** Of the oldest and the newest commit. */
  first: number;
  last: number;
  files: Map<string, FileHistory>;
  coupling: Coupling[];
}

interface Tally {
  commits: number;
  weight: number;
  recent: number;
  earlier: number;
  first: number;
  last: number;
  byAuthor: Map<number, number>;
}

/**
 * Adds commits up, newest first. A file keeps its history through renames: commits before one are told under the old
 * path. `paths` are the files there are today; others are of no interest.
 */
export class HistoryBuilder {
  readonly #numbers: Map<string, number>;
  readonly #paths: readonly string[];
  readonly #tallies = new Map<number, Tally>();
  /** Path at the time of the commits that are being read → path of today; an empty one: it is gone. */
  readonly #today = new Map<string, string>();
  readonly #authors = new Map<string, { number: number; name: string; last: number }>();
  #pairs = new Map<number, number>();
  #commits = 0;
  #newest = -Infinity;
  #oldest = Infinity;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.#numbers = new Map(paths.map((path, number) => [path, number]));
  }

  add({ at, author, address, files }: Commit): void {
    this.#commits++;
    this.#newest = Math.max(this.#newest, at);
    this.#oldest = Math.min(this.#oldest, at);
    const who = this.#author(author, address, at);
    const touched: number[] = [];
    for (const { path } of files) {
      const number = this.#numbers.get(this.#today.get(path) ?? path);
      if (number !== undefined && !touched.includes(number)) touched.push(number);
      if (touched.length > 5000) break;
    }
    // Only now: what this commit moved was at its new place in it.
    for (const { path, from } of files)
      if (from !== undefined) this.#today.set(from, this.#today.get(path) ?? path);
    for (const number of touched) this.#count(number, at, who);
    if (touched.length >= 2 && touched.length <= MOST_COUPLED) this.#couple(touched);
  }

  #author(name: string, address: string, at: number): number {
    const known = this.#authors.get(`${name}\n${address}`);
    if (known !== undefined) {
      known.last = Math.max(known.last, at);
      return known.number;
    }
    const number = this.#authors.size;
    this.#authors.set(`${name}\n${address}`, { number, name, last: at });
    return number;
  }

  #count(number: number, at: number, who: number): void {
    let tally = this.#tallies.get(number);
    if (tally === undefined) {
      tally = { commits: 0, weight: 0, recent: 0, earlier: 0, first: at, last: at, byAuthor: new Map() };
      this.#tallies.set(number, tally);
    }
    const age = Math.max(0, this.#newest - at);
    tally.commits++;
    tally.weight += 0.5 ** (age / HALF_LIFE);
    if (age < RECENT) tally.recent++;
    else if (age < 2 * RECENT) tally.earlier++;
    tally.first = Math.min(tally.first, at);
    tally.last = Math.max(tally.last, at);
    tally.byAuthor.set(who, (tally.byAuthor.get(who) ?? 0) + 1);
  }

  #couple(touched: number[]): void {
    touched.sort((a, b) => a - b);
    const size = this.#paths.length;
    for (let i = 0; i < touched.length; i++)
      for (let j = i + 1; j < touched.length; j++) {
        const pair = touched[i]! * size + touched[j]!;
        this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + 1);
      }
    if (this.#pairs.size > MOST_PAIRS)
      this.#pairs = new Map([...this.#pairs].filter(([, shared]) => shared > 1));
  }

  done(): History {
    const files = new Map<string, FileHistory>();
    const authors = [...this.#authors.values()];
    for (const [number, tally] of this.#tallies) {
      const { byAuthor, ...rest } = tally;
      const [[main, most] = [0, 0]] = [...byAuthor].sort(
        ([a, n], [b, m]) => m - n || (authors[a]!.name < authors[b]!.name ? -1 : 1),
      );
      const share = most / tally.commits;
      files.set(this.#paths[number]!, {
        ...rest,
        weight: round(tally.weight, 1000),
        authors: byAuthor.size,
        mainAuthor: authors[main]!.name,
        mainShare: round(share, 100),
        isAtRisk: share >= 0.5 && this.#newest - authors[main]!.last > AWAY,
      });
    }
    return {
      commits: this.#commits,
      authors: authors.length,
      first: this.#commits === 0 ? 0 : this.#oldest,
      last: this.#commits === 0 ? 0 : this.#newest,
      files,
      coupling: this.#coupling(),
    };
  }

  #coupling(): Coupling[] {
    const size = this.#paths.length;
    const found: Coupling[] = [];
    for (const [pair, shared] of this.#pairs) {
      if (shared < 5) continue;
      const a = Math.floor(pair / size);
      const b = pair % size;
      const fewer = Math.min(this.#tallies.get(a)!.commits, this.#tallies.get(b)!.commits);
      if (shared * 2 < fewer) continue;
      found.push({ a: this.#paths[a]!, b: this.#paths[b]!, shared, degree: round(shared / fewer, 100) });
    }
    return found
      .sort((one, other) => other.shared * other.degree - one.shared * one.degree || compare(one, other))
      .slice(0, 500);
  }
}

function compare(one: Coupling, other: Coupling): number {
  return `${one.a}\n${one.b}` < `${other.a}\n${other.b}` ? -1 : 1;
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
