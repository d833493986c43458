import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { systemCode } from "./errors.ts";

/**
 * Makes a folder and those above it; what is there already is left as it is. Throws the system's error. Node's own
 * recursive mkdir never returns where making a folder says ENOENT below one that exists (`/proc`).
 */
export function makeFolder(folder: string, mode: number): void {
  const missing: string[] = [];
  for (let at = path.resolve(folder); !existsSync(at) && at !== path.dirname(at); at = path.dirname(at))
    missing.push(at);
  for (const one of missing.toReversed()) {
    try {
      mkdirSync(one, { mode });
    } catch (error) {
      // Somebody else was faster.
      if (systemCode(error) !== "EEXIST") throw error;
    }
  }
}
