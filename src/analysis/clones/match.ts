import { NEAR, RENAMED } from "./matches.ts";
import type { Tokens } from "./tape.ts";
import { VALUE } from "./token-kinds.ts";
import { LEAST_TOKENS } from "./winnow.ts";

/** Tokens that may be missing, added or different in one place of a copy. */
const GAP = 10;
/** Equal tokens behind a gap that show that the copy goes on. */
const RESUME = 20;
/** Beyond so many runs a match ends, so that no place is compared again and again. */
const MOST_RUNS = 200;
/** Share of a copy that may be gaps. */
const GAP_SHARE = 0.15;
/** Share of the names and values that have to be renamed in the same way wherever they occur. */
const CONSISTENT = 0.9;

/** Below it there is no use in looking whether only a few hashes collide. */
const CLOSE = 0.75;

/** Different sequences of three tokens that a copy has, unless its text is the same: fewer are a table or rows of one statement. */
const LEAST_TRIPLES = 16;

/** Tokens [a, a + length) of one file and [b, b + length) of another are equal but for names and values. */
export interface Run {
  a: number;
  b: number;
  length: number;
}

/**
 * The longest match around two places. `runs` in order, between them small gaps; `bits`: what differs (`RENAMED`, `NEAR`);
 * undefined when it is no copy: when the places only share a hash, or are equal only because names are not looked at. In
 * a copy a name is replaced by one other.
 */
export function compareTapes(
  left: Tokens,
  a: number,
  right: Tokens,
  b: number,
  isSameFile: boolean,
): { runs: Run[]; bits: number | undefined } {
  const seed = runAround(left.kinds, a, right.kinds, b, isSameFile);
  const runs = [seed];
  if (seed.length < LEAST_TOKENS) return { runs, bits: undefined };
  let gaps = 0;
  const isRoom = (more: number, length: number): boolean =>
    runs.length < MOST_RUNS && gaps + more <= (length + lengthOf(runs)) * GAP_SHARE;
  for (;;) {
    const next = resumed(left.kinds, right.kinds, runs.at(-1)!, 1, isSameFile, runs);
    if (next === undefined || !isRoom(next.gap, next.run.length)) break;
    gaps += next.gap;
    runs.push(next.run);
  }
  for (;;) {
    const next = resumed(left.kinds, right.kinds, runs[0]!, -1, isSameFile, runs);
    if (next === undefined || !isRoom(next.gap, next.run.length)) break;
    gaps += next.gap;
    runs.unshift(next.run);
  }
  const whole = likeness(left.texts, right.texts, left.kinds, runs);
  if (!whole.isExact && !isVaried(left.kinds, seed)) return { runs, bits: undefined };
  if (whole.consistent >= CONSISTENT)
    return { runs, bits: (whole.isExact ? 0 : RENAMED) | (runs.length > 1 ? NEAR : 0) };
  if (runs.length === 1) return { runs, bits: undefined };
  // What goes on behind a gap may be another matter; the stretch itself may be a copy all the same.
  const alone = likeness(left.texts, right.texts, left.kinds, [seed]);
  return {
    runs: [seed],
    bits: alone.consistent < CONSISTENT ? undefined : alone.isExact ? 0 : RENAMED,
  };
}

function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, { length }) => sum + length, 0);
}

/** Two copies in one file do not overlap: the first ends before the second begins. */
function runAround(left: Uint16Array, a: number, right: Uint16Array, b: number, isSameFile: boolean): Run {
  const distance = isSameFile ? b - a : Infinity;
  let before = 0;
  while (a - before > 0 && b - before > 0 && left[a - before - 1] === right[b - before - 1]) {
    if (before >= distance) break;
    before++;
  }
  let length = 0;
  while (a + length < left.length && b + length < right.length && left[a + length] === right[b + length]) {
    if (before + length >= distance) break;
    length++;
  }
  // What lies before counts only as long as the whole stays apart.
  return { a: a - before, b: b - before, length: before + length };
}

/** The run behind (or before) a small gap, the smallest gap first. */
function resumed(
  left: Uint16Array,
  right: Uint16Array,
  run: Run,
  direction: 1 | -1,
  isSameFile: boolean,
  runs: readonly Run[],
): { run: Run; gap: number } | undefined {
  const fromA = direction === 1 ? run.a + run.length : run.a - 1;
  const fromB = direction === 1 ? run.b + run.length : run.b - 1;
  // In one file the copies must stay apart: the first one's end before the second one's begin.
  const lastA = isSameFile ? (direction === 1 ? runs[0]!.b : left.length) : left.length;
  const firstB = isSameFile && direction === -1 ? runs.at(-1)!.a + runs.at(-1)!.length : 0;
  const ahead = direction * (RESUME - 1);
  // So that the tokens that tell most places apart, the first and the last of what has to be equal, exist.
  const mostA = direction === 1 ? lastA - RESUME - fromA : fromA - RESUME + 1;
  const mostB = direction === 1 ? right.length - RESUME - fromB : fromB - RESUME + 1 - firstB;
  for (let sum = 1; sum <= GAP * 2; sum++) {
    const most = Math.min(GAP, sum, mostA);
    for (let skipA = Math.max(0, sum - Math.min(GAP, mostB)); skipA <= most; skipA++) {
      const a = fromA + direction * skipA;
      const b = fromB + direction * (sum - skipA);
      if (left[a] !== right[b] || left[a + ahead] !== right[b + ahead]) continue;
      let length = 0;
      for (
        let x = a, y = b;
        x >= 0 && y >= firstB && x < lastA && y < right.length;
        x += direction, y += direction
      ) {
        if (left[x] !== right[y]) break;
        length++;
      }
      if (length < RESUME) continue;
      const found = direction === 1 ? { a, b, length } : { a: a - length + 1, b: b - length + 1, length };
      return { run: found, gap: Math.max(skipA, sum - skipA) };
    }
  }
  return undefined;
}

/** Scratch: a bit for each sequence of three tokens, by its hash, and those that are set. */
const triples = new Uint8Array(1 << 16);
const seen = new Uint16Array(LEAST_TRIPLES);

/** The first tokens of almost all runs tell. */
function isVaried(kinds: Uint16Array, { a, length }: Run): boolean {
  let count = 0;
  for (let at = a; at + 2 < a + length && count < LEAST_TRIPLES; at++) {
    const mixed = Math.imul(Math.imul(kinds[at]!, 0x2c9277b5) + kinds[at + 1]!, 0x2c9277b5) + kinds[at + 2]!;
    const triple = (mixed ^ (mixed >>> 16)) & 0xffff;
    if (triples[triple] === 1) continue;
    triples[triple] = 1;
    seen[count++] = triple;
  }
  for (let at = 0; at < count; at++) triples[seen[at]!] = 0;
  return count === LEAST_TRIPLES;
}

const forward = new Int16Array(1 << 9);
const backward = new Int16Array(1 << 9);

/** How much of the names and values of two copies agrees: each with one other, wherever it occurs. */
function likeness(
  left: Uint8Array,
  right: Uint8Array,
  kinds: Uint16Array,
  runs: readonly Run[],
): { isExact: boolean; consistent: number } {
  forward.fill(-1);
  backward.fill(-1);
  let isExact = true;
  let variable = 0;
  let agreed = 0;
  for (const { a, b, length } of runs) {
    for (let at = 0; at < length; at++) {
      const kind = kinds[a + at]!;
      if (kind > VALUE) continue;
      // Names and values have tables of their own.
      const one = left[a + at]! + (kind === VALUE ? 256 : 0);
      const other = right[b + at]! + (kind === VALUE ? 256 : 0);
      variable++;
      if (one !== other) isExact = false;
      if (forward[one] === -1) forward[one] = other;
      if (backward[other] === -1) backward[other] = one;
      // Two of the names of one copy may share a hash; that the same happens at the same place of both is rare.
      if (forward[one] === other || backward[other] === one) agreed++;
    }
  }
  const consistent = variable === 0 ? 1 : agreed / variable;
  const isClose = consistent >= CLOSE && consistent < CONSISTENT;
  return { isExact, consistent: isClose ? agreedByMost(left, right, kinds, runs) / variable : consistent };
}

/**
 * Names and values that stand for the one they most often stand for, or that most often stands for them: two hashes that
 * collide at the first place of a frequent name do not count at all the others.
 */
function agreedByMost(left: Uint8Array, right: Uint8Array, kinds: Uint16Array, runs: readonly Run[]): number {
  /** Of each two, how often they stand for each other. */
  const pairs = new Map<number, number>();
  for (const run of runs) {
    const endA = run.a + run.length;
    for (let a = run.a, b = run.b; a < endA; a++, b++) {
      if (kinds[a]! > VALUE) continue;
      const pair = (kinds[a]! << 16) | (left[a]! << 8) | right[b]!;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
  }
  const mostOf = new Map<number, number>();
  const mostFor = new Map<number, number>();
  for (const [pair, count] of pairs) {
    if (count > (pairs.get(mostOf.get(nameOf(pair)) ?? -1) ?? 0)) mostOf.set(nameOf(pair), pair);
    if (count > (pairs.get(mostFor.get(otherOf(pair)) ?? -1) ?? 0)) mostFor.set(otherOf(pair), pair);
  }
  let agreed = 0;
  for (const [pair, count] of pairs)
    if (mostOf.get(nameOf(pair)) === pair || mostFor.get(otherOf(pair)) === pair) agreed += count;
  return agreed;
}

function nameOf(pair: number): number {
  return pair >> 8;
}

function otherOf(pair: number): number {
  return ((pair >> 16) << 8) | (pair & 0xff);
}
