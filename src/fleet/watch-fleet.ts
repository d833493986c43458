import { unwatchFile, watchFile } from "node:fs";
import { CaelumError } from "#kernel";
import type { Fleet } from "./fleet-file.ts";
import { loadFleet } from "./load-fleet.ts";

/** Editors replace files, folders may be on a network: looking is what works everywhere. */
const lookEveryMs = 500;

/**
 * Reads a fleet file again whenever it has changed, and gives the fleet, or the error that says what is wrong with it.
 * Returns how to stop; it keeps no process alive.
 */
export function watchFleet(file: string, onChange: (fleet: Fleet | CaelumError) => void): () => void {
  let stopped = false;
  const read = async (): Promise<void> => {
    const fleet = await loadFleet(file).catch((error: unknown) => {
      if (error instanceof CaelumError) return error;
      throw error;
    });
    if (!stopped) onChange(fleet);
  };
  const look = (): void => void read();
  watchFile(file, { interval: lookEveryMs, persistent: false }, look);
  return () => {
    stopped = true;
    unwatchFile(file, look);
  };
}
