import { randomBytes } from "node:crypto";

/**
 * A run's name: sorts by start time, readable, unique enough to name files (`20261120-141632-3f9a1c`).
 * UTC, so that runs of several machines sort together.
 */
export function runId(now: number): string {
  const stamp = new Date(now).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${stamp}-${randomBytes(3).toString("hex")}`;
}
