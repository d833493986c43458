import type { Match } from "../match/find-matches.ts";

/** A place's key: no two places of a file have the same. */
export function placeKey(start: number, end: number): number {
  return start * 2 ** 24 + (end - start);
}

export type Places = ReadonlyMap<number, Match>;
