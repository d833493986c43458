import { NO_PRINT } from "./tape.ts";

/** Tokens of one fingerprint. */
export const K = 50;
/** Hashes of which one is kept: a copy of at least `K + W - 1` tokens shares a fingerprint with its original. */
export const W = 16;
/**
 * Fewer different kinds of tokens among `K` are a table, a list of imports or a row of assignments: blind to names
 * and values they all look the same, and nobody would call them copies.
 */
const LEAST_KINDS = 9;
const BASE = 0x2c9277b5;

/**
 * Fingerprints of a sequence of token kinds by winnowing (Schleimer, Wilkerson, Aiken 2003): of each `W` consecutive
 * hashes of `K` tokens the least is kept, the rightmost of equals.
 */
export class Winnower {
  readonly #counts = new Uint16Array(1 << 16);
  readonly #outgoing: number;
  readonly #window = new Uint32Array(W);
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
    if (length < K) return;
    const counts = this.#counts;
    const window = this.#window;
    let rolling = 0;
    let different = 0;
    let least = -1;
    let leastAt = -1;
    for (let at = 0; at < length; at++) {
      const kind = kinds[at]!;
      rolling = (Math.imul(rolling, BASE) + kind) | 0;
      if (counts[kind]!++ === 0) different++;
      if (at >= K) {
        const gone = kinds[at - K]!;
        rolling = (rolling - Math.imul(gone, this.#outgoing)) | 0;
        if (--counts[gone]! === 0) different--;
      }
      if (at < K - 1) continue;
      const place = at - K + 1;
      const hash = different < LEAST_KINDS ? NO_PRINT : mix(rolling ^ family);
      window[place % W] = hash;
      if (leastAt >= 0 && leastAt > place - W) {
        if (hash > least) continue;
        least = hash;
        leastAt = place;
      } else {
        if (place < W - 1) continue; // the first window is not full
        least = NO_PRINT;
        for (let other = place - W + 1; other <= place; other++) {
          if (window[other % W]! <= least) {
            least = window[other % W]!;
            leastAt = other;
          }
        }
      }
      if (least !== NO_PRINT) this.#keep(least, leastAt);
    }
    // A file that is shorter than one window has its least hash all the same.
    if (this.count === 0 && length - K + 1 < W) this.#keepLeast(length - K + 1);
    for (let at = Math.max(0, length - K); at < length; at++) counts[kinds[at]!] = 0;
  }

  #keepLeast(hashes: number): void {
    let best = 0;
    for (let place = 1; place < hashes; place++)
      if (this.#window[place]! <= this.#window[best]!) best = place;
    if (this.#window[best]! !== NO_PRINT) this.#keep(this.#window[best]!, best);
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
  return (hash ^ (hash >>> 16)) >>> 0;
}
