import type { Group, Span } from "./classes.ts";
import { isAlike } from "./likeness.ts";
import type { Pace } from "./pace.ts";
import type { TapeCache } from "./tape-cache.ts";

/** Each copy of a class shares so much with the first, in the same order; any two of them at least three quarters, then. */
const LIKE = 0.88;
/** So many classes are made of one at most: what is left then hangs together only from pair to pair. */
const MOST_PARTS = 200;
/** In a class of more, most copies are equal: a hash of each tells, and is made faster than each is compared with the first. */
const FEW = 4;

/**
 * What hangs together pair by pair may drift apart over many pairs. Every copy of a class is compared with the first;
 * those that are too different form a class of their own.
 */
export async function verified(
  groups: readonly Group[],
  tapes: TapeCache,
  pace: Pace,
): Promise<{ groups: Group[]; leftOut: number }> {
  const hashes = await hashesOf(groups, tapes, pace);
  const made: Group[] = [];
  let leftOut = 0;
  for (const { spans, kind } of groups) {
    let left = spans;
    for (let part = 0; left.length > 1; part++) {
      if (part === MOST_PARTS) {
        leftOut += left.length;
        break;
      }
      const [first] = left as [Span, ...Span[]];
      const known = new Map<number | undefined, boolean>();
      const alike: Span[] = [];
      const others: Span[] = [];
      for (const span of left) {
        if (pace.isDue) await pace.rest();
        const hash = hashes.get(span);
        let fits = span === first || known.get(hash);
        if (fits === undefined) {
          fits = isAlike(kindsOf(first), kindsOf(span), LIKE);
          if (hash !== undefined) known.set(hash, fits);
        }
        (fits ? alike : others).push(span);
      }
      if (alike.length > 1) made.push({ spans: alike, kind });
      left = others;
    }
  }
  return { groups: made, leftOut };

  function kindsOf({ file, from, to }: Span): Uint16Array {
    return tapes.get(file).kinds.subarray(from, to);
  }
}

/** Of each copy's kinds of tokens, in classes of more than a few. 53 bits, so that none is taken for another. */
async function hashesOf(groups: readonly Group[], tapes: TapeCache, pace: Pace): Promise<Map<Span, number>> {
  const byFile: Span[][] = [];
  for (const { spans } of groups)
    if (spans.length > FEW) for (const span of spans) (byFile[span.file] ??= []).push(span);
  const hashes = new Map<Span, number>();
  for (const [file, spans] of byFile.entries()) {
    if (spans === undefined) continue;
    if (pace.isDue) await pace.rest();
    const { kinds } = tapes.get(file);
    for (const span of spans) {
      let low = span.to - span.from;
      let high = 0x9e3779b9;
      for (let at = span.from; at < span.to; at++) {
        low = Math.imul(low ^ kinds[at]!, 0x85ebca6b);
        low ^= low >>> 13;
        high = Math.imul(high + kinds[at]!, 0xc2b2ae35);
        high ^= high >>> 16;
      }
      hashes.set(span, (high & 0x1fffff) * 2 ** 32 + (low >>> 0));
    }
  }
  return hashes;
}
