import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Whether a process with this id exists and is not just a zombie's entry of ours. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until the condition holds. Rejects after 30 s: no test should depend on how fast a machine is. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`it never came true that ${what}`);
    await sleep(20);
  }
}

/** Whether a process is using a processor right now; where that cannot be known, it is believed. */
export function isBusy(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.startsWith("R") ?? false;
  } catch {
    return process.platform !== "linux";
  }
}
