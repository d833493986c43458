import { readFileSync } from "node:fs";
import type { BytePath } from "../manifest.ts";

/** Beside each slot: paths that set-up steps have made, which a sync leaves alone. */
export function keptFile(slotFolder: string): string {
  return `${slotFolder}.kept.json`;
}

/** Paths below the slot that are no part of the tree and stay nevertheless. */
export function keptFolders(slotFolder: string): ReadonlySet<BytePath> {
  try {
    return new Set(JSON.parse(readFileSync(keptFile(slotFolder), "utf8")) as BytePath[]);
  } catch {
    return new Set();
  }
}
