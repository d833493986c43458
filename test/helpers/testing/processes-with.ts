import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Processes that work in this folder, or were started with it in their command. */
export function processesWith(folder: string): { pid: number; command: string }[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) return [];
    try {
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      const own = readlinkSync(`/proc/${entry}/cwd`).startsWith(folder) || command.includes(folder);
      return own && command !== "" ? [{ pid: Number(entry), command }] : [];
    } catch {
      return [];
    }
  });
}
