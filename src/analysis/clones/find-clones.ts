import { hash } from "node:crypto";
import { endianness } from "node:os";
import { MOST_PAIRS } from "./candidates.ts";
import { groupMatches, type Span } from "./classes.ts";
import { findMatches } from "./find-pairs.ts";
import { Pace } from "./pace.ts";
import { readHead, readLines } from "./tape.ts";
import { TapeCache } from "./tape-cache.ts";
import { uncovered } from "./uncovered.ts";
import { verified } from "./verify.ts";

/** How much of a copy whole lines have to leave of it, and how much of its lines a copy has to be. */
const WHOLE_LINES_SHARE = 0.75;

/** A copy and the class that it belongs to. */
interface Copy {
  span: Span;
  one: CloneClass;
}

/** A copy. Lines count from 1; `endLine` is inclusive. */
export interface CloneFragment {
  path: string;
  line: number;
  endLine: number;
}

/** Stretches of code that are copies of each other. */
export interface CloneClass {
  /** Of the first copy's tokens: the same as long as they are, wherever it stands. */
  id: string;
  /**
   * `exact`: nothing differs but white space and comments (type 1); `renamed`: names and values do (type 2); `near`: a few
   * tokens are missing, added or different, too.
   */
  kind: "exact" | "renamed" | "near";
  /** Of the first copy. */
  tokens: number;
  lines: number;
  /** In the order of paths and lines, at least two. */
  fragments: CloneFragment[];
}

export interface Clones {
  /** What copies most lines first. */
  classes: CloneClass[];
  /** Of each file: lines with code, and those of them that stand in a copy. */
  files: { lines: number; duplicated: number }[];
  lines: number;
  duplicated: number;
  /** `duplicated` of `lines`, 0 to 100. */
  percent: number;
  /** Places that share a fingerprint and were not compared all the same, because there are too many of them. */
  notCompared: number;
}

/**
 * Copies of type 1 and 2 of at least 50 tokens among files, and near misses: winnowing, then every candidate is compared
 * token by token and extended (`find-pairs.ts`, `match.ts`). Files must come in the order of their paths. Others have their
 * turn on this thread meanwhile; `check` is called then, and ends the work by throwing. Beyond `mostPairs` places that look alike
 * (memory for each, so there is a bound) the rest is counted in `notCompared`.
 */
export async function findClones(
  files: readonly { path: string; tape?: Uint8Array }[],
  check?: () => void,
  mostPairs: number = MOST_PAIRS,
): Promise<Clones> {
  const pace = new Pace(check);
  const taped = files.flatMap(({ tape }, file) =>
    tape === undefined || tape.byteLength === 0 ? [] : [{ file, tape }],
  );
  const counts = files.map(() => ({ lines: 0, duplicated: 0 }));
  const offsets = new Float64Array(taped.length);
  let offset = 0;
  for (const [at, { file, tape }] of taped.entries()) {
    const { lines, tokens } = readHead(tape);
    counts[file]!.lines = lines;
    offsets[at] = offset;
    offset += tokens;
  }
  const tapes = new TapeCache(taped);
  const found = await findMatches(taped, tapes, pace, mostPairs);
  const classed = await verified(await groupMatches(found.matches, offsets, pace), tapes, pace);
  const rest = await uncovered(found.matches, classed.groups, pace);
  const late = await verified(await groupMatches(rest, offsets, pace), tapes, pace);
  const groups = [...classed.groups, ...late.groups];
  const made = groups.map(({ kind }): CloneClass => ({ id: "", kind, tokens: 0, lines: 0, fragments: [] }));
  const byFile: Copy[][] = [];
  for (const [at, { spans }] of groups.entries())
    for (const span of spans) (byFile[span.file] ??= []).push({ span, one: made[at]! });
  for (const [at, copies] of byFile.entries()) {
    if (copies === undefined) continue;
    if (pace.isDue) await pace.rest();
    const { file } = taped[at]!;
    const tape = tapes.get(at);
    const lines = readLines(tape);
    byFile[at] = told(copies, tape.kinds, lines, files[file]!.path);
    counts[file]!.duplicated = copiedLines(byFile[at], lines);
  }
  // The other copies of some could not be told.
  for (const [at, copies] of byFile.entries()) {
    const left = copies?.filter(({ one }) => one.fragments.length > 1);
    if (left === undefined || left.length === copies.length) continue;
    if (pace.isDue) await pace.rest();
    counts[taped[at]!.file]!.duplicated = copiedLines(left, readLines(tapes.get(at)));
  }
  const classes = made.filter(({ fragments }) => fragments.length > 1);
  for (const one of classes) one.lines = one.fragments[0]!.endLine - one.fragments[0]!.line + 1;
  classes.sort(byWeight);
  const lines = counts.reduce((sum, one) => sum + one.lines, 0);
  const duplicated = counts.reduce((sum, one) => sum + one.duplicated, 0);
  return {
    classes,
    files: counts,
    lines,
    duplicated,
    percent: percentOf(duplicated, lines),
    notCompared: found.leftOut + classed.leftOut,
  };
}

/**
 * Adds the copies in one file to their classes, and returns those that lines can tell, as they are told. Files come in
 * order, and so do the copies of a class within a file: the first copy of a class is the first that is seen.
 */
function told(copies: readonly Copy[], kinds: Uint16Array, lines: Uint32Array, path: string): Copy[] {
  return copies.flatMap(({ span, one }) => {
    const whole = wholeLines(span, lines);
    if (whole === undefined) return [];
    const { from, to } = whole;
    if (one.id === "") {
      one.id = idOf(kinds.subarray(from, to));
      one.tokens = to - from;
    }
    one.fragments.push({ path, line: lines[from]!, endLine: lines[to - 1]! });
    return { span: { ...span, from, to }, one };
  });
}

function copiedLines(copies: readonly Copy[], lines: Uint32Array): number {
  const copied = new Uint8Array(lines.at(-1)! + 1);
  for (const { span } of copies) for (let at = span.from; at < span.to; at++) copied[lines[at]!] = 1;
  let count = 0;
  for (const line of copied) count += line;
  return count;
}

/**
 * A copy without what it has of a line whose rest does not belong to it: `); });` of the function before. Where lines are
 * so long that this would be much of it, it stays as it is; where they are so long that they are mostly something else,
 * it cannot be told by lines.
 */
function wholeLines({ from, to }: Span, lines: Uint32Array): { from: number; to: number } | undefined {
  let first = from;
  while (first < to && first > 0 && lines[first] === lines[first - 1]) first++;
  let end = to;
  while (end > first && end < lines.length && lines[end - 1] === lines[end]) end--;
  if (end - first >= (to - from) * WHOLE_LINES_SHARE) return { from: first, to: end };
  first = from;
  while (first > 0 && lines[first - 1] === lines[from]) first--;
  end = to;
  while (end < lines.length && lines[end] === lines[to - 1]) end++;
  return to - from >= (end - first) * WHOLE_LINES_SHARE ? { from, to } : undefined;
}

/** Two digits, rounded down: a gate at 5 is not missed by 5.004. */
function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((part * 10_000) / whole) / 100;
}

function byWeight(a: CloneClass, b: CloneClass): number {
  return (
    b.lines * (b.fragments.length - 1) - a.lines * (a.fragments.length - 1) ||
    b.tokens - a.tokens ||
    comparePlaces(a.fragments[0]!, b.fragments[0]!) ||
    comparePlaces(a.fragments[1]!, b.fragments[1]!)
  );
}

function comparePlaces(a: CloneFragment, b: CloneFragment): number {
  return a.path === b.path ? a.line - b.line || a.endLine - b.endLine : a.path < b.path ? -1 : 1;
}

function idOf(kinds: Uint16Array): string {
  const bytes = Buffer.from(Uint16Array.from(kinds).buffer);
  if (endianness() === "BE") bytes.swap16(); // the same on every machine
  return hash("sha256", bytes, "hex").slice(0, 16);
}
