import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const pageBytes = 4096;
const tickMs = 10;

interface Seen {
  parent: number;
  /** Bytes. */
  rss: number;
  /** Time on a core, milliseconds. */
  cpuMs: number;
}

/** Every process there is, from `/proc` (Linux only). */
function processes(): Map<number, Seen> {
  const found = new Map<number, Seen>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = proc(pid, "stat");
    if (stat === undefined) continue;
    // The command's name stands in parentheses and may hold anything; fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    found.set(pid, {
      parent: Number(fields[1]),
      rss: Number(fields[21]) * pageBytes,
      cpuMs: ticks * tickMs,
    });
  }
  return found;
}

/** Undefined when the process has ended meanwhile. */
function proc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}

/** Its share of resident memory in bytes: a page that several processes have counts in each by its part. */
function proportional(pid: number): number {
  const kilobytes = /^Pss:\s+(\d+)/m.exec(proc(pid, "smaps_rollup") ?? "")?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** Going through the pages of a process holds it up for some milliseconds. */
const proportionalEveryMs = 250;

/** One process of the tree: its highest resident memory, and the time it was on a core. */
export interface ProcessFigures {
  command: string;
  rss: number;
  cpuMs: number;
}

/** Highest resident memory, and time on a core, of a process and everything below it. */
export class TreeMemory {
  readonly #root: number;
  readonly #peaks = new Map<number, ProcessFigures>();
  #peak = 0;
  #proportionalPeak = 0;
  #nextProportionalMs = 0;

  constructor(root: number) {
    this.#root = root;
  }

  /** Highest sum over the tree that a look has seen, in bytes; pages shared between processes count in each. */
  get peak(): number {
    return this.#peak;
  }

  /** The same with shared pages counted once, from a look every quarter of a second. */
  get proportionalPeak(): number {
    return this.#proportionalPeak;
  }

  /** Of each process that a look has seen; the peaks are not all of the same moment. */
  get byProcess(): readonly ProcessFigures[] {
    return [...this.#peaks.values()];
  }

  look(): void {
    const all = processes();
    const children = Map.groupBy(all.keys(), (pid) => all.get(pid)?.parent);
    let total = 0;
    const found: number[] = [];
    const pending = [this.#root];
    for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
      const { rss, cpuMs } = all.get(pid) ?? { rss: 0, cpuMs: 0 };
      total += rss;
      found.push(pid);
      const known = this.#peaks.get(pid);
      if (known === undefined) this.#peaks.set(pid, { command: commandOf(pid), rss, cpuMs });
      else {
        known.rss = Math.max(known.rss, rss);
        known.cpuMs = Math.max(known.cpuMs, cpuMs);
      }
      pending.push(...(children.get(pid) ?? []));
    }
    this.#peak = Math.max(this.#peak, total);
    if (performance.now() < this.#nextProportionalMs) return;
    const shares = found.reduce((sum, pid) => sum + proportional(pid), 0);
    this.#proportionalPeak = Math.max(this.#proportionalPeak, shares);
    this.#nextProportionalMs = performance.now() + proportionalEveryMs;
  }
}

/** The script of a Node process, else the program. */
function commandOf(pid: number): string {
  const words = proc(pid, "cmdline")?.split("\0").filter(Boolean) ?? [];
  const script = words.slice(1).find((word) => !word.startsWith("-") && /\.[cm]?[jt]s$/.test(word));
  return path.basename(script ?? words[0] ?? "?");
}
