/** Scratch: how often each kind stands in the first sequence. */
const counts = new Int32Array(1 << 16);

/**
 * Whether two sequences share so much in the same order: their longest common subsequence over the mean length, 1 = equal.
 * Most pairs need no look at it: what they begin and end with is enough, or all their tokens are not.
 */
export function isAlike(one: Uint16Array, other: Uint16Array, least: number): boolean {
  const mean = (one.length + other.length) / 2;
  if (Math.min(one.length, other.length) / mean < least) return false;
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start++;
  let end = 0;
  const room = Math.min(one.length, other.length) - start;
  while (end < room && one[one.length - 1 - end] === other[other.length - 1 - end]) end++;
  if ((start + end) / mean >= least) return true;
  // The tokens alone, in whatever order, bound what they share.
  for (let at = start; at < one.length - end; at++) counts[one[at]!]!++;
  let shared = 0;
  for (let at = start; at < other.length - end; at++) if (counts[other[at]!]!-- > 0) shared++;
  for (let at = start; at < one.length - end; at++) counts[one[at]!] = 0;
  for (let at = start; at < other.length - end; at++) counts[other[at]!] = 0;
  if ((start + end + shared) / mean < least) return false;
  const common = commonLength(
    one.subarray(start, one.length - end),
    other.subarray(start, other.length - end),
  );
  return (start + end + common) / mean >= least;
}

/**
 * Length of the longest common subsequence, 32 tokens at a time (Hyyrö 2004: bit-parallel, one addition and some logic for
 * each word and token).
 */
function commonLength(one: Uint16Array, other: Uint16Array): number {
  const words = (one.length + 31) >> 5;
  /** For each kind of token a bit for each place where it stands. */
  const places = new Map<number, Uint32Array>();
  for (let at = 0; at < one.length; at++) {
    let bits = places.get(one[at]!);
    if (bits === undefined) places.set(one[at]!, (bits = new Uint32Array(words)));
    bits[at >> 5]! |= 1 << (at & 31);
  }
  const row = new Uint32Array(words).fill(0xffffffff);
  for (let at = 0; at < other.length; at++) {
    const bits = places.get(other[at]!);
    if (bits === undefined) continue;
    let carry = 0;
    for (let word = 0; word < words; word++) {
      const value = row[word]!;
      const hit = (value & bits[word]!) >>> 0;
      const sum = value + hit + carry;
      carry = sum > 0xffffffff ? 1 : 0;
      row[word] = (sum | (value & ~bits[word]!)) >>> 0;
    }
  }
  let common = 0;
  for (let at = 0; at < one.length; at++) if ((row[at >> 5]! & (1 << (at & 31))) === 0) common++;
  return common;
}
