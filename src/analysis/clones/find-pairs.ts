import { candidatePairs, PairList, PrintNumbers, type TapedFile } from "./candidates.ts";
import { compareTapes, type Run } from "./match.ts";
import { Matches } from "./matches.ts";
import type { Pace } from "./pace.ts";
import type { TapeCache } from "./tape-cache.ts";
import { K, LEAST_TOKENS } from "./winnow.ts";

/**
 * Every maximal pair of equal stretches, blind to names and values. What shares a fingerprint is compared token by
 * token and extended, so no match depends on a hash. The first files of a portion stay unpacked while the second ones
 * go by, each of them once; what is known of two files is forgotten behind them.
 */
export async function findMatches(
  files: readonly TapedFile[],
  tapes: TapeCache,
  pace: Pace,
  mostPairs: number,
): Promise<{ matches: Matches; leftOut: number }> {
  const numbers = new PrintNumbers(files);
  const { portions, leftOut } = await candidatePairs(files, numbers, pace, mostPairs);
  const matches = new Matches();
  for (const portion of portions) {
    const pairs = portion.take();
    for (let from = 0, to = 0; from < pairs.length; from = to) {
      const fileB = numbers.fileOf(pairs[from + 1]!);
      const end = numbers.first[fileB + 1]!;
      while (to < pairs.length && pairs[to + 1]! < end) to += 2;
      await matchFile(fileB, pairs.subarray(from, to), numbers, tapes, matches, pace);
    }
  }
  return { matches, leftOut };
}

/** Pairs whose second place is in one file. */
async function matchFile(
  fileB: number,
  pairs: Uint32Array,
  numbers: PrintNumbers,
  tapes: TapeCache,
  matches: Matches,
  pace: Pace,
): Promise<void> {
  const byOther = new PairList();
  for (let at = 0; at < pairs.length; at += 2) byOther.add(at, numbers.fileOf(pairs[at]!));
  const order = byOther.take();
  const seen = new Diagonals();
  const right = tapes.get(fileB);
  let fileA = -1;
  let left = right;
  for (let i = 0; i < order.length; i += 2) {
    if (pace.isDue) await pace.rest();
    if (order[i + 1] !== fileA) {
      fileA = order[i + 1]!;
      left = tapes.get(fileA);
      seen.clear();
    }
    const a = left.places[pairs[order[i]!]! - numbers.first[fileA]!]!;
    const b = right.places[pairs[order[i]! + 1]! - numbers.first[fileB]!]!;
    if (fileA === fileB && b - a < LEAST_TOKENS) continue; // a pattern that repeats at once
    if (seen.has(a, b)) continue;
    const { runs, bits } = compareTapes(left, a, right, b, fileA === fileB);
    // What is no copy is not looked at again for each of its fingerprints, either.
    seen.add(runs);
    if (bits !== undefined) matches.add(fileA, fileB, runs, bits);
  }
}

/** Where two files have been compared already, so that each stretch is extended once. */
class Diagonals {
  /** Distance of the second place from the first → [from, to) in the first file, one pair after the other. */
  readonly #found = new Map<number, number[]>();

  clear(): void {
    this.#found.clear();
  }

  has(a: number, b: number): boolean {
    const found = this.#found.get(b - a);
    if (found === undefined) return false;
    for (let i = found.length - 2; i >= 0; i -= 2) if (a >= found[i]! && a + K <= found[i + 1]!) return true;
    return false;
  }

  add(runs: readonly Run[]): void {
    for (const { a, b, length } of runs) {
      const found = this.#found.get(b - a);
      if (found === undefined) this.#found.set(b - a, [a, a + length]);
      else found.push(a, a + length);
    }
  }
}
