import { type Group, SAME } from "./classes.ts";
import { MATCH_STRIDE, Matches } from "./matches.ts";
import type { Pace } from "./pace.ts";

/**
 * Matches of which a side stands in no class: where copies of different length lie on top of each other, the longest of
 * them stood for all, and was too different from what the others are copies of.
 */
export async function uncovered(matches: Matches, groups: readonly Group[], pace: Pace): Promise<Matches> {
  const places = new Map<number, Places>();
  for (const { spans } of groups) {
    for (const { file, from, to } of spans) {
      let here = places.get(file);
      if (here === undefined) places.set(file, (here = new Places()));
      here.add(from, to);
    }
  }
  for (const here of places.values()) here.sort();
  const isTold = (file: number, from: number, to: number): boolean =>
    places.get(file)?.hold(from, to) === true;
  const left = new Matches();
  const { rows, count } = matches;
  for (let at = 0; at < count * MATCH_STRIDE; at += MATCH_STRIDE) {
    if (pace.isDue) await pace.rest();
    if (
      isTold(rows[at]!, rows[at + 1]!, rows[at + 2]!) &&
      isTold(rows[at + 3]!, rows[at + 4]!, rows[at + 5]!)
    )
      continue;
    left.addRow(rows.subarray(at, at + MATCH_STRIDE));
  }
  return left;
}

/** Where copies stand in one file. */
class Places {
  readonly #all: { from: number; to: number }[] = [];
  /** Where the last of those up to each one ends. */
  #ends: number[] = [];

  add(from: number, to: number): void {
    this.#all.push({ from, to });
  }

  sort(): void {
    this.#all.sort((a, b) => a.from - b.from);
    let end = 0;
    this.#ends = this.#all.map(({ to }) => (end = Math.max(end, to)));
  }

  /** Whether one of them holds (almost) all of these tokens. */
  hold(from: number, to: number): boolean {
    let low = 0;
    let high = this.#all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#all[middle]!.from < to) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0 && this.#ends[at]! > from; at--) {
      const one = this.#all[at]!;
      if (Math.min(to, one.to) - Math.max(from, one.from) >= (to - from) * SAME) return true;
    }
    return false;
  }
}
