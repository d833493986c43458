import { existsSync, mkdirSync, readFileSync, realpathSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Short: a host is to be slow like a slow machine, not fast for a moment and then frozen. */
const leastPeriodUs = 10_000;
/** The kernel's own. */
const leastQuotaUs = 1000;
const unified = "/sys/fs/cgroup/cgroup.controllers";
let made = 0;

/** A share of one processor for some processes and all that they start. Needs root and control groups. */
export class CpuQuota {
  /** Limits. */
  readonly #folder: string;
  /** Counts: the same, or another where each kind of group has a tree of its own. */
  readonly #account: string;
  #closed = false;

  /** Throws the system's error where control groups cannot be made. */
  constructor(processors: number) {
    const base = existsSync(unified) ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
    const name = `caelum-${process.pid}-${made++}`;
    this.#folder = `${base}/${name}`;
    this.#account = existsSync(unified) ? this.#folder : `/sys/fs/cgroup/cpuacct/${name}`;
    const periodUs = Math.max(leastPeriodUs, Math.ceil(leastQuotaUs / processors));
    const quota = String(Math.round(processors * periodUs));
    for (const folder of this.#folders) mkdirSync(folder, { recursive: true });
    try {
      this.#limit(quota, periodUs);
    } catch (error) {
      this.#remove();
      throw error;
    }
  }

  #limit(quota: string, periodUs: number): void {
    // What else runs on this machine must not take the share away.
    if (existsSync(unified)) {
      writeFileSync(`${this.#folder}/cpu.max`, `${quota} ${periodUs}`);
      writeFileSync(`${this.#folder}/cpu.weight`, "10000");
    } else {
      writeFileSync(`${this.#folder}/cpu.shares`, "262144");
      writeFileSync(`${this.#folder}/cpu.cfs_period_us`, String(periodUs));
      writeFileSync(`${this.#folder}/cpu.cfs_quota_us`, quota);
    }
  }

  take(pids: readonly number[]): void {
    for (const folder of this.#folders) for (const pid of pids) moveTo(folder, pid);
  }

  /** Time on processors of all that ran in it, milliseconds. */
  usedMs(): number {
    if (existsSync(unified)) {
      const used = /^usage_usec (\d+)$/m.exec(readFileSync(`${this.#folder}/cpu.stat`, "utf8"));
      return Number(used?.[1]) / 1000;
    }
    return Number(readFileSync(`${this.#account}/cpuacct.usage`, "utf8")) / 1e6;
  }

  /** What still runs shares with everybody again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#remove();
  }

  #remove(): void {
    for (const folder of this.#folders) {
      const left = readFileSync(`${folder}/cgroup.procs`, "utf8").split("\n").filter(Boolean);
      for (const pid of left) moveTo(path.dirname(folder), Number(pid));
      rmdirSync(folder);
    }
  }

  /** Where both are mounted as one, they are the same. */
  get #folders(): string[] {
    const both = [this.#folder, this.#account].map((folder) =>
      path.join(realpathSync(path.dirname(folder)), path.basename(folder)),
    );
    return [...new Set(both)];
  }
}

/** Why processors cannot be shared out here; undefined when they can. */
export function whyNoQuotas(): string | undefined {
  try {
    new CpuQuota(0.5).close();
    return undefined;
  } catch (error) {
    return `control groups cannot be made: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function moveTo(group: string, pid: number): void {
  try {
    writeFileSync(`${group}/cgroup.procs`, String(pid));
  } catch (error) {
    // It ended in between.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
