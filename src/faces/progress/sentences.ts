import type { CaelumEvent } from "#kernel";
import { bytes, count, counted } from "../format.ts";
import type { ProgressState } from "./progress-state.ts";

/** An event as a person would say it; undefined for those that only move numbers. */
export function sentence(event: CaelumEvent): string | undefined {
  switch (event.type) {
    case "files.found":
      return `${counted(event.files, "file")}, ${bytes(event.bytes)}; ${count(event.skipped)} left out`;
    case "cache.used":
      return event.hits === 0
        ? undefined
        : `${counted(event.hits, "file")} unchanged since they were last read`;
    default:
      return trouble(event);
  }
}

/** Only what went wrong, or differently. */
export function trouble(event: CaelumEvent): string | undefined {
  switch (event.type) {
    case "cache.failed":
      return `the cache cannot be used: ${event.message}`;
    case "unit.retried":
      return `${event.host}: unit ${event.unit} is tried again: ${event.reason}`;
    case "file.quarantined":
      return `${event.path} is left out: ${event.reason}`;
    case "worker.lost":
      return `${event.host}: a worker was lost (${event.reason})`;
    default:
      return undefined;
  }
}

/** For the message of a run that was stopped: ` after 1,204 of 4,227 files`. */
export function howFar({ total, cachedFiles, workedFiles }: ProgressState): string {
  return total === undefined
    ? ""
    : ` after ${count(cachedFiles + workedFiles)} of ${counted(total.files, "file")}`;
}
