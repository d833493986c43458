import type { Pace } from "./pace.ts";
import { readHead, readPrintHash, readPrintHashes } from "./tape.ts";

/** Fingerprints that are sorted at a time, 8 bytes each. */
const PRINTS_AT_ONCE = 1 << 20;
/** Up to so many places of one fingerprint are all compared with each other; of more, each with the two most like it. */
const ALL_PAIRS = 8;
/** Pairs of places in all, 8 bytes each; of more, those of some fingerprints are left out and counted. */
export const MOST_PAIRS = 1 << 24;
/** Pairs are kept in portions by their first place; the files of so many fingerprints fit into memory unpacked. */
const PRINTS_A_PORTION = 3_000_000;
/** Bits of the filter for each fingerprint: one in eight that occurs once gets through. */
const FILTER_BITS_PER_PRINT = 8;

export interface TapedFile {
  tape: Uint8Array;
}

/** Fingerprints of all files as one sequence: a place is a number in it. */
export class PrintNumbers {
  /** Number of each file's first fingerprint, and of all. */
  readonly first: Uint32Array;

  constructor(files: readonly TapedFile[]) {
    this.first = new Uint32Array(files.length + 1);
    for (const [file, { tape }] of files.entries())
      this.first[file + 1] = this.first[file]! + readHead(tape).prints;
  }

  get count(): number {
    return this.first.at(-1)!;
  }

  fileOf(print: number): number {
    let low = 0;
    let high = this.first.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.first[middle]! <= print) low = middle;
      else high = middle;
    }
    return low;
  }
}

export interface CandidatePairs {
  /** Of each portion (ascending first places): pairs as two numbers, the first place, then the second one. */
  portions: PairList[];
  /** Pairs that were too many. */
  leftOut: number;
}

/**
 * Pairs of places that share a fingerprint. Most fingerprints occur once: a filter of two bits for each tells, and leaves
 * a fraction to be sorted, a part of the hashes at a time.
 */
export async function candidatePairs(
  files: readonly TapedFile[],
  numbers: PrintNumbers,
  pace: Pace,
  mostPairs: number,
): Promise<CandidatePairs> {
  const repeated = await repeatedHashes(files, numbers, pace);
  const portions = Array.from({ length: Math.ceil(numbers.count / PRINTS_A_PORTION) }, () => new PairList());
  let pairs = 0;
  let leftOut = 0;
  const add = (one: number, other: number): void => {
    const left = Math.min(one, other);
    if (pairs === mostPairs) leftOut++;
    else {
      pairs++;
      portions[Math.floor(left / PRINTS_A_PORTION)]!.add(left, Math.max(one, other));
    }
  };
  const hashAt = hashReader(files, numbers);
  for (let part = 0; part < repeated.parts; part++) {
    const rows = await sortedPrints(files, numbers, repeated, part, pace);
    for (let from = 0, to = 0; from < rows.length; from = to) {
      const hash = rows[from + 1]!;
      while (to < rows.length && rows[to + 1] === hash) to += 2;
      if (to - from === 2) continue;
      if (pace.isDue) await pace.rest();
      if (to - from <= ALL_PAIRS * 2) {
        for (let i = from; i < to; i += 2) for (let j = i + 2; j < to; j += 2) add(rows[i]!, rows[j]!);
        continue;
      }
      const bucket = rows.slice(from, to);
      // What goes on in the same way is most alike.
      for (let i = 0; i < bucket.length; i += 2)
        bucket[i + 1] = ((hashAt(bucket[i]!, 1) & 0xffff) << 16) | (hashAt(bucket[i]!, 2) & 0xffff);
      sortPairs(bucket);
      for (let i = 2; i < bucket.length; i += 2) add(bucket[i - 2]!, bucket[i]!);
    }
  }
  return { portions, leftOut };
}

/** Sorts pairs of numbers (low, high) by the high one, then by the low one. */
function sortPairs(pairs: Uint32Array<ArrayBuffer>): void {
  new BigUint64Array(pairs.buffer, pairs.byteOffset, pairs.length >> 1).sort();
}

/** A list of pairs of numbers that grows. */
export class PairList {
  #numbers = new Uint32Array(1 << 8);
  #count = 0;

  add(low: number, high: number): void {
    if (this.#count === this.#numbers.length) {
      const larger = new Uint32Array(this.#count * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#count++] = low;
    this.#numbers[this.#count++] = high;
  }

  /** Sorted as by `sortPairs`; the list is empty afterwards. */
  take(): Uint32Array<ArrayBuffer> {
    const taken = this.#numbers.subarray(0, this.#count);
    this.#numbers = new Uint32Array(0);
    this.#count = 0;
    sortPairs(taken);
    return taken;
  }
}

interface Repeated {
  /** A bit for each hash's low bits: more than one fingerprint has them. */
  twice: Uint8Array;
  /** Of the bytes of `twice`. */
  mask: number;
  /** Fingerprints are sorted in so many parts, by the rest of their hash. */
  parts: number;
}

async function repeatedHashes(
  files: readonly TapedFile[],
  { count }: PrintNumbers,
  pace: Pace,
): Promise<Repeated> {
  const bits = Math.min(28, Math.max(16, Math.ceil(Math.log2(count * FILTER_BITS_PER_PRINT + 1))));
  const once = new Uint8Array(1 << (bits - 3));
  const twice = new Uint8Array(1 << (bits - 3));
  const mask = twice.length - 1;
  let repeated = 0;
  for (const { tape } of files) {
    if (pace.isDue) await pace.rest();
    const hashes = readPrintHashes(tape);
    for (let i = 0; i < hashes.length; i++) {
      const hash = hashes[i]!;
      const at = (hash >>> 3) & mask;
      const bit = 1 << (hash & 7);
      if ((once[at]! & bit) === 0) once[at]! |= bit;
      else {
        twice[at]! |= bit;
        repeated++;
      }
    }
  }
  return { twice, mask, parts: Math.max(1, Math.ceil((repeated * 1.5) / PRINTS_AT_ONCE)) };
}

/** Numbers of fingerprints and their hashes, in turn, sorted by hash. */
async function sortedPrints(
  files: readonly TapedFile[],
  { first }: PrintNumbers,
  { twice, mask, parts }: Repeated,
  part: number,
  pace: Pace,
): Promise<Uint32Array<ArrayBuffer>> {
  let rows = new Uint32Array(PRINTS_AT_ONCE >> 2);
  let end = 0;
  for (const [file, { tape }] of files.entries()) {
    if (pace.isDue) await pace.rest();
    const hashes = readPrintHashes(tape);
    const start = first[file]!;
    if (end + hashes.length * 2 > rows.length) {
      const larger = new Uint32Array(Math.max(rows.length * 2, end + hashes.length * 2));
      larger.set(rows);
      rows = larger;
    }
    for (let i = 0; i < hashes.length; i++) {
      const hash = hashes[i]!;
      if ((twice[(hash >>> 3) & mask]! & (1 << (hash & 7))) === 0) continue;
      if (parts > 1 && hash % parts !== part) continue;
      rows[end++] = start + i;
      rows[end++] = hash;
    }
  }
  const used = rows.subarray(0, end);
  sortPairs(used);
  return used;
}

/** The hash so many places behind a fingerprint of the same file. */
function hashReader(
  files: readonly TapedFile[],
  numbers: PrintNumbers,
): (print: number, ahead: number) => number {
  let file = 0;
  return (print, ahead) => {
    const { first } = numbers;
    if (print < first[file]! || print >= first[file + 1]!) file = numbers.fileOf(print);
    return readPrintHash(files[file]!.tape, print - first[file]! + ahead);
  };
}
