import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const pageBytes = 4096;

/** Parent and resident bytes of every process there is, from `/proc` (Linux only). */
function processes(): Map<number, { parent: number; rss: number }> {
  const found = new Map<number, { parent: number; rss: number }>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const stat = proc(pid, "stat");
    if (stat === undefined) continue;
    // The command's name stands in parentheses and may hold anything; fields are counted from behind it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    found.set(pid, { parent: Number(fields[1]), rss: Number(fields[21]) * pageBytes });
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

/** Highest resident memory of a process and everything below it; pages shared between them count in each. */
export class TreeMemory {
  readonly #root: number;
  readonly #peaks = new Map<number, { command: string; rss: number }>();
  #peak = 0;

  constructor(root: number) {
    this.#root = root;
  }

  /** Highest sum over the tree that a look has seen, in bytes. */
  get peak(): number {
    return this.#peak;
  }

  /** Highest of each process that a look has seen, not all at the same moment. */
  get byProcess(): readonly { command: string; rss: number }[] {
    return [...this.#peaks.values()];
  }

  look(): void {
    const all = processes();
    const children = Map.groupBy(all.keys(), (pid) => all.get(pid)?.parent);
    let total = 0;
    const pending = [this.#root];
    for (let pid = pending.pop(); pid !== undefined; pid = pending.pop()) {
      const rss = all.get(pid)?.rss ?? 0;
      total += rss;
      const known = this.#peaks.get(pid);
      if (known === undefined) this.#peaks.set(pid, { command: commandOf(pid), rss });
      else known.rss = Math.max(known.rss, rss);
      pending.push(...(children.get(pid) ?? []));
    }
    this.#peak = Math.max(this.#peak, total);
  }
}

/** The script of a Node process, else the program. */
function commandOf(pid: number): string {
  const words = proc(pid, "cmdline")?.split("\0").filter(Boolean) ?? [];
  const script = words.slice(1).find((word) => !word.startsWith("-") && /\.[cm]?[jt]s$/.test(word));
  return path.basename(script ?? words[0] ?? "?");
}
