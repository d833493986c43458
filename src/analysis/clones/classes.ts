import { PairList } from "./candidates.ts";
import { MATCH_STRIDE, type Matches, NEAR, RENAMED } from "./matches.ts";
import type { Pace } from "./pace.ts";

/** Tokens [from, to) of a file. */
export interface Span {
  file: number;
  from: number;
  to: number;
}

export interface Group {
  /** In order, at least two. */
  spans: Span[];
  kind: "exact" | "renamed" | "near";
}

/** Two spans of one file are the same copy when they share so much of what both cover. */
export const SAME = 0.8;
/** Spans behind one that are compared with it, and classes around one that are kept: where more overlap, it is a matter of taste. */
const NEIGHBOURS = 64;

/**
 * Matches are pairs; what hangs together through copies in the same place becomes one class. A class that lies
 * inside the copies of another is left out.
 *
 * @param offsets of each file's first token in the sequence of all tokens
 */
export async function groupMatches(
  { rows, count }: Matches,
  offsets: Float64Array,
  pace: Pace,
): Promise<Group[]> {
  const { spans, ofSide } = await distinctSpans(rows, count, offsets, pace);
  const union = new Union(spans.length);
  for (let match = 0; match < count; match++) union.unite(ofSide[match * 2]!, ofSide[match * 2 + 1]!);
  for (let at = 0; at < spans.length; at++) {
    if (pace.isDue) await pace.rest();
    const span = spans[at]!;
    const last = Math.min(spans.length, at + NEIGHBOURS);
    for (let other = at + 1; other < last; other++) {
      const next = spans[other]!;
      // Behind this point none shares enough with the span.
      if (next.file !== span.file || next.from > span.to - (span.to - span.from) * SAME) break;
      if (isSame(span, next)) union.unite(at, other);
    }
  }
  const bits = new Uint8Array(spans.length);
  for (let match = 0; match < count; match++)
    bits[union.find(ofSide[match * 2]!)]! |= rows[match * MATCH_STRIDE + 6]!;
  const members = new Map<number, Span[]>();
  for (let at = 0; at < spans.length; at++) {
    const root = union.find(at);
    const list = members.get(root);
    if (list === undefined) members.set(root, [spans[at]!]);
    else addDistinct(list, spans[at]!);
  }
  const groups: Group[] = [];
  for (const [root, list] of members) {
    if (list.length < 2) continue;
    groups.push({
      spans: list,
      kind: bits[root]! & NEAR ? "near" : bits[root]! & RENAMED ? "renamed" : "exact",
    });
  }
  return withoutNested(groups, offsets, pace);
}

/** Every span once, by file, start, and the longest first; `ofSide`: number of the span of each match's two sides. */
async function distinctSpans(
  rows: Uint32Array,
  count: number,
  offsets: Float64Array,
  pace: Pace,
): Promise<{ spans: Span[]; ofSide: Uint32Array }> {
  const lengthOf = (index: number): number => rows[side(index) + 2]! - rows[side(index) + 1]!;
  const list = new PairList();
  for (let index = 0; index < count * 2; index++)
    list.add(index, offsets[rows[side(index)]!]! + rows[side(index) + 1]!);
  const order = list.take();
  const ofSide = new Uint32Array(count * 2);
  const spans: Span[] = [];
  for (let from = 0, to = 0; from < order.length; from = to) {
    if (pace.isDue) await pace.rest();
    while (to < order.length && order[to + 1] === order[from + 1]) to += 2;
    const here = Array.from({ length: (to - from) >> 1 }, (_, at) => order[from + at * 2]!);
    if (here.length > 1) here.sort((a, b) => lengthOf(b) - lengthOf(a));
    let last = -1;
    for (const index of here) {
      const at = side(index);
      if (lengthOf(index) !== last) spans.push({ file: rows[at]!, from: rows[at + 1]!, to: rows[at + 2]! });
      last = lengthOf(index);
      ofSide[index] = spans.length - 1;
    }
  }
  return { spans, ofSide };
}

/** Where a match's first or second side stands in the rows. */
function side(index: number): number {
  return (index >> 1) * MATCH_STRIDE + (index & 1) * 3;
}

class Union {
  readonly #parent: Uint32Array;

  constructor(count: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, index) => index);
  }

  find(index: number): number {
    const parent = this.#parent;
    let root = index;
    while (parent[root] !== root) root = parent[root]!;
    for (let at = index; at !== root;) {
      const up = parent[at]!;
      parent[at] = root;
      at = up;
    }
    return root;
  }

  unite(a: number, b: number): void {
    const one = this.find(a);
    const other = this.find(b);
    if (one !== other) this.#parent[Math.max(one, other)] = Math.min(one, other);
  }
}

function isSame(a: Span, b: Span): boolean {
  const shared = Math.min(a.to, b.to) - Math.max(a.from, b.from);
  return shared >= (Math.max(a.to, b.to) - Math.min(a.from, b.from)) * SAME;
}

/** One span for each copy: of those that overlap, the longest. They come in order. */
function addDistinct(kept: Span[], span: Span): void {
  const last = kept.at(-1)!;
  if (last.file !== span.file || last.to <= span.from) kept.push(span);
  else if (span.to - span.from > last.to - last.from) kept[kept.length - 1] = span;
}

async function withoutNested(groups: readonly Group[], offsets: Float64Array, pace: Pace): Promise<Group[]> {
  const all: Span[] = [];
  const groupOf: number[] = [];
  const order = new PairList();
  for (const [group, { spans }] of groups.entries()) {
    for (const span of spans) {
      order.add(all.length, offsets[span.file]! + span.from);
      all.push(span);
      groupOf.push(group);
    }
  }
  const sorted = order.take();
  /** Groups with a copy around each span. */
  const around = new Map<Span, number[]>();
  /** Of those before, the ones that reach to where we are. */
  const open: number[] = [];
  for (let i = 0; i < sorted.length; i += 2) {
    if (pace.isDue) await pace.rest();
    const at = sorted[i]!;
    const span = all[at]!;
    const group = groupOf[at]!;
    let kept = 0;
    for (let place = 0; place < open.length; place++) {
      const other = all[open[place]!]!;
      if (other.file === span.file && other.to > span.from) open[kept++] = open[place]!;
    }
    open.length = kept;
    const enclosing: number[] = [];
    for (const one of open) {
      if (groupOf[one] === group) continue;
      if (all[one]!.to >= span.to) enclosing.push(groupOf[one]!);
      // It began at the same token and is the shorter one.
      else if (all[one]!.from === span.from) add(all[one]!, group);
    }
    for (const other of enclosing.slice(-NEIGHBOURS)) add(span, other);
    open.push(at);
    if (open.length > NEIGHBOURS * 4) open.shift();
  }
  return groups.filter(({ spans }, group) => {
    let common = around.get(spans[0]!) ?? [];
    for (const span of spans) {
      if (common.length === 0) return true;
      const others = around.get(span) ?? [];
      common = common.filter((other) => others.includes(other));
    }
    // Two classes with the very same copies: the first one stays.
    return !common.some((other) => groups[other]!.spans.length >= spans.length || other < group);
  });

  function add(span: Span, group: number): void {
    const list = around.get(span);
    if (list === undefined) around.set(span, [group]);
    else list.push(group);
  }
}
