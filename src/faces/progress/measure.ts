import type { ProgressState } from "./progress-state.ts";
import { rates } from "./recent.ts";

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
export function measure(state: ProgressState, at: number): Measured {
  const { total, workedBytes, workedFiles, recent, cachedFiles, pausedAt, expectedAt } = state;
  const now = pausedAt ?? at;
  const base = { elapsedMs: at - state.startedAt, doneFiles: workedFiles + cachedFiles };
  const unknown = { bytesPerSecond: undefined, filesPerSecond: undefined, leftMs: undefined };
  if (total === undefined) return { ...base, ...unknown, part: undefined };

  // By bytes, not files: the largest files go first. Events do not tell the bytes of cached files; those that are
  // left are taken to be of average size.
  const cachedBytes = total.files === 0 ? 0 : (total.bytes * cachedFiles) / total.files;
  const part = total.bytes === 0 ? 1 : Math.min(1, (cachedBytes + workedBytes) / total.bytes);
  const speed = recent === undefined ? undefined : rates(recent, now, minMeasuredMs);
  if (speed === undefined || speed.bytesPerSecond === 0) {
    // Until this run's own speed is known, that of earlier ones is better than nothing.
    const leftMs = expectedAt !== undefined && expectedAt > now ? expectedAt - now : undefined;
    return { ...base, ...unknown, leftMs, part };
  }

  const leftBytes = Math.max(0, total.bytes - cachedBytes - workedBytes);
  return {
    ...base,
    part,
    bytesPerSecond: speed.bytesPerSecond,
    filesPerSecond: speed.filesPerSecond,
    leftMs: (leftBytes / speed.bytesPerSecond) * 1000,
  };
}

/** The parts of the hosts in what workers have done, in the order of the hosts; together 1, or all 0. */
export function shares({ hosts }: Pick<ProgressState, "hosts">): number[] {
  const total = hosts.reduce((sum, { bytes }) => sum + bytes, 0);
  return hosts.map(({ bytes }) => (total === 0 ? 0 : bytes / total));
}
