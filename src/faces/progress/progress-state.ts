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
  const base = { elapsedMs: now - state.startedAt, doneFiles: workedFiles + cachedFiles };
  const unknown = { bytesPerSecond: undefined, filesPerSecond: undefined, leftMs: undefined };
  if (total === undefined) return { ...base, ...unknown, part: undefined };

  // By bytes, not files: the largest files go first. Events do not tell the bytes of cached files; those that are
  // left are taken to be of average size.
  const cachedBytes = total.files === 0 ? 0 : (total.bytes * cachedFiles) / total.files;
  const part = total.bytes === 0 ? 1 : Math.min(1, (cachedBytes + workedBytes) / total.bytes);
  const measuredMs = firstUnit === undefined ? 0 : now - firstUnit.at;
  const measuredBytes = firstUnit === undefined ? 0 : workedBytes - firstUnit.bytes;
  if (measuredMs < minMeasuredMs || measuredBytes === 0) return { ...base, ...unknown, part };

  const bytesPerSecond = (measuredBytes / measuredMs) * 1000;
  const leftBytes = Math.max(0, total.bytes - cachedBytes - workedBytes);
  return {
    ...base,
    part,
    bytesPerSecond,
    filesPerSecond: (bytesPerSecond * workedFiles) / workedBytes,
    leftMs: (leftBytes / bytesPerSecond) * 1000,
  };
}
