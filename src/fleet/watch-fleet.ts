import { unwatchFile, watchFile } from "node:fs";
import { CaelumError } from "#kernel";
import type { Fleet } from "./fleet-value.ts";
import type { FleetSource } from "./load-fleet.ts";

/** Editors replace files, folders may be on a network: looking is what works everywhere. */
const lookEveryMs = 500;

/**
 * Reads a fleet again whenever its file has changed, and gives the fleet, or the error that says what is wrong with it.
 * Returns how to stop; it keeps no process alive.
 */
export function watchFleet(source: FleetSource, onChange: (fleet: Fleet | CaelumError) => void): () => void {
  const { file } = source;
  let stopped = false;
  const read = async (): Promise<void> => {
    const fleet = await source.load().catch((error: unknown) => {
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
