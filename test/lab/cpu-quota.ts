import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";

const periodUs = 100_000;
const unified = "/sys/fs/cgroup/cgroup.controllers";
let made = 0;

/** A share of one processor for some processes and all that they start. Needs root and control groups. */
export class CpuQuota {
  readonly #folder: string;

  /** Throws the system's error where control groups cannot be made. */
  constructor(processors: number) {
    const base = existsSync(unified) ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
    this.#folder = `${base}/caelum-${process.pid}-${made++}`;
    const quota = String(Math.round(processors * periodUs));
    mkdirSync(this.#folder);
    if (existsSync(unified)) writeFileSync(`${this.#folder}/cpu.max`, `${quota} ${periodUs}`);
    else {
      writeFileSync(`${this.#folder}/cpu.cfs_period_us`, String(periodUs));
      writeFileSync(`${this.#folder}/cpu.cfs_quota_us`, quota);
    }
  }

  take(pids: readonly number[]): void {
    for (const pid of pids) writeFileSync(`${this.#folder}/cgroup.procs`, String(pid));
  }

  /** Its processes must have ended. */
  close(): void {
    rmdirSync(this.#folder);
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
