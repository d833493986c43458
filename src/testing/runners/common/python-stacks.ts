import { killQuietly } from "./marked-processes.ts";
import { delay, type GroupedProcess } from "./process.ts";

/** Where all threads of a hung Python are: the driver has registered Python's `faulthandler` for this signal. */
export async function pythonStacks(hung: GroupedProcess, printed: () => string): Promise<string | undefined> {
  if (hung.pid === undefined || process.platform === "win32") return undefined;
  const before = printed().length;
  killQuietly(hung.pid, "SIGUSR1");
  await delay(400);
  const all = printed();
  const start = all.indexOf("(most recent call first):");
  if (all.length <= before && start < 0) return undefined;
  const from = Math.max(all.lastIndexOf("Current thread"), all.lastIndexOf("\nThread 0x"), 0);
  const first = all.indexOf("Thread 0x");
  return all.slice(first < 0 ? from : Math.min(first, from)).trim() || undefined;
}
