import type { CaelumEvent } from "#kernel";

/** What is known of a run, from its events alone. Times are milliseconds of the monotonic clock. */
export interface ProgressState {
  readonly title: string;
  readonly startedAt: number;
  /** Undefined until the files have been found. */
  readonly total: { readonly files: number; readonly bytes: number } | undefined;
  readonly cachedFiles: number;
  /** Done by workers, without what came from the cache. */
  readonly workedFiles: number;
  readonly workedBytes: number;
  /** When the first unit came back: speed is measured from here, start-up must not spoil it. */
  readonly firstUnit: { readonly at: number; readonly bytes: number } | undefined;
}

export function startOfProgress(title: string, now: number): ProgressState {
  return {
    title,
    startedAt: now,
    total: undefined,
    cachedFiles: 0,
    workedFiles: 0,
    workedBytes: 0,
    firstUnit: undefined,
  };
}

export function advance(state: ProgressState, event: CaelumEvent, now: number): ProgressState {
  // Only the types that move the numbers; readers of the stream must skip those they do not know.
  if (event.type === "files.found") return { ...state, total: { files: event.files, bytes: event.bytes } };
  if (event.type === "cache.used") return { ...state, cachedFiles: event.hits };
  if (event.type !== "unit.finished") return state;
  return {
    ...state,
    workedFiles: state.workedFiles + event.files,
    workedBytes: state.workedBytes + event.bytes,
    firstUnit: state.firstUnit ?? { at: now, bytes: event.bytes },
  };
}

export interface Measured {
  /** 0–1; undefined until the total is known. */
  readonly part: number | undefined;
  readonly doneFiles: number;
  readonly elapsedMs: number;
  readonly bytesPerSecond: number | undefined;
  readonly filesPerSecond: number | undefined;
  /** Undefined while it would be a guess. */
  readonly leftMs: number | undefined;
}

const minMeasuredMs = 1000;

/** Speed and what is left, from what has been measured. */
export function measure(state: ProgressState, now: number): Measured {
  const { total, workedBytes, workedFiles, firstUnit, cachedFiles } = state;
  const elapsedMs = now - state.startedAt;
  const doneFiles = workedFiles + cachedFiles;
  const part = total === undefined ? undefined : total.files === 0 ? 1 : Math.min(1, doneFiles / total.files);
  const measuredMs = firstUnit === undefined ? 0 : now - firstUnit.at;
  const base = { part, doneFiles, elapsedMs };
  if (firstUnit === undefined || total === undefined || measuredMs < minMeasuredMs || workedBytes === 0) {
    return { ...base, bytesPerSecond: undefined, filesPerSecond: undefined, leftMs: undefined };
  }
  const bytesPerSecond = ((workedBytes - firstUnit.bytes) / measuredMs) * 1000;
  // Events do not tell the bytes of cached files; those that are left are taken to be of average size.
  const bytesToWork = total.files === 0 ? 0 : total.bytes * (1 - cachedFiles / total.files);
  const leftMs = (Math.max(0, bytesToWork - workedBytes) / bytesPerSecond) * 1000;
  return {
    ...base,
    bytesPerSecond,
    filesPerSecond: (bytesPerSecond * workedFiles) / workedBytes,
    leftMs: Number.isFinite(leftMs) ? leftMs : undefined,
  };
}
