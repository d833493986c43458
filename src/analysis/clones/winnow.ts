import { NO_PRINT } from "./tape.ts";

/** Tokens of a copy at least. */
export const LEAST_TOKENS = 50;
/** Tokens of one fingerprint. */
export const K = 30;
/** Hashes of which one is kept: of `K + W - 1` equal tokens at least one fingerprint is shared, whatever stands around them. */
const W = LEAST_TOKENS - K + 1;
/**
 * Fewer different kinds of tokens among `K` are a table, a list of imports or a row of assignments: blind to names
 * and values they all look the same, and nobody would call them copies.
 */
const LEAST_KINDS = 8;
const BASE = 0x2c9277b5;

/**
 * Fingerprints of a sequence of token kinds by winnowing (Schleimer, Wilkerson, Aiken 2003): of each `W` consecutive
 * hashes of `K` tokens the least is kept, the rightmost of equals.
 */
export class Winnower {
  readonly #counts = new Uint16Array(1 << 16);
  readonly #outgoing: number;
  /** Of each token with enough behind it, the hash of `K`. */
  #all = new Int32Array(1 << 12);
  hashes = new Uint32Array(1 << 10);
  /** Token at which the fingerprint begins. */
  places = new Uint32Array(1 << 10);
  count = 0;

  constructor() {
    let power = 1;
    for (let i = 0; i < K; i++) power = Math.imul(power, BASE);
    this.#outgoing = power;
  }

  run(kinds: Uint16Array, length: number, family: number): void {
    this.count = 0;
    const count = length - K + 1;
    if (count < 1) return;
    this.#hash(kinds, length, family);
    const all = this.#all;
    let leastAt = -1;
    // A file that is shorter than one window has its least hash all the same.
    for (let last = Math.min(W, count) - 1; last < count; last++) {
      if (leastAt >= 0 && leastAt > last - W) {
        if (all[last]! > all[leastAt]!) continue;
        leastAt = last;
      } else {
        leastAt = Math.max(0, last - W + 1);
        for (let at = leastAt + 1; at <= last; at++) if (all[at]! <= all[leastAt]!) leastAt = at;
      }
      if (all[leastAt] !== NO_PRINT) this.#keep(all[leastAt]!, leastAt);
    }
  }

  #hash(kinds: Uint16Array, length: number, family: number): void {
    if (this.#all.length < length) this.#all = new Int32Array(length * 2);
    const all = this.#all;
    const counts = this.#counts;
    const outgoing = this.#outgoing;
    let rolling = 0;
    let different = 0;
    for (let at = 0; at < length; at++) {
      const kind = kinds[at]!;
      rolling = (Math.imul(rolling, BASE) + kind) | 0;
      if (counts[kind]!++ === 0) different++;
      if (at >= K) {
        const gone = kinds[at - K]!;
        rolling = (rolling - Math.imul(gone, outgoing)) | 0;
        if (--counts[gone]! === 0) different--;
      }
      if (at >= K - 1) all[at - K + 1] = different < LEAST_KINDS ? NO_PRINT : mix(rolling ^ family);
    }
    for (let at = Math.max(0, length - K); at < length; at++) counts[kinds[at]!] = 0;
  }

  #keep(hash: number, place: number): void {
    if (this.count > 0 && this.places[this.count - 1] === place) return;
    if (this.count === this.hashes.length) {
      const hashes = new Uint32Array(this.count * 2);
      const places = new Uint32Array(this.count * 2);
      hashes.set(this.hashes);
      places.set(this.places);
      this.hashes = hashes;
      this.places = places;
    }
    this.hashes[this.count] = hash;
    this.places[this.count++] = place;
  }
}

/** The finalizer of MurmurHash3: all bits of a hash decide about the least one. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
