/**
 * Counts distinct tokens per owner (a function, or the whole file) with one open-addressing table of
 * (hash, owner) pairs. Hashes are 32 bits: two different operands of one owner collide about once in ten
 * thousand functions of ten thousand operands, which changes a Halstead count by one.
 *
 * Starting a new file costs nothing: owners of later files have higher numbers, and a slot of an earlier file
 * counts as free.
 */
export class TokenSet {
  #hashes = new Int32Array(1 << 12);
  #owners = new Int32Array(1 << 12);
  #mask = (1 << 12) - 1;
  #size = 0;
  #base = 1;
  #highest = 1;

  startFile(): void {
    this.#size = 0;
    this.#base = this.#highest + 1;
    this.#highest = this.#base;
    if (this.#base > 0x3fffffff) {
      this.#owners.fill(0);
      this.#base = 1;
      this.#highest = 1;
    }
  }

  /** Adds a token and tells whether it was new for that owner. Owners count from -1. */
  add(hash: number, owner: number): boolean {
    const key = this.#base + owner + 1;
    if (key > this.#highest) this.#highest = key;
    const owners = this.#owners;
    let at = (hash ^ Math.imul(key, 0x9e3779b1)) & this.#mask;
    for (let there = owners[at]!; there >= this.#base; there = owners[at]!) {
      if (there === key && this.#hashes[at] === hash) return false;
      at = (at + 1) & this.#mask;
    }
    owners[at] = key;
    this.#hashes[at] = hash;
    if (++this.#size * 2 > this.#mask) this.#grow();
    return true;
  }

  #grow(): void {
    const hashes = this.#hashes;
    const owners = this.#owners;
    const length = owners.length * 2;
    this.#hashes = new Int32Array(length);
    this.#owners = new Int32Array(length);
    this.#mask = length - 1;
    this.#size = 0;
    for (let i = 0; i < owners.length; i++) {
      if (owners[i]! >= this.#base) this.add(hashes[i]!, owners[i]! - this.#base - 1);
    }
  }
}

/** FNV-1a over UTF-16 code units, with a last mix so that its low bits can index a table. */
export function hashText(units: Uint16Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ units[at]!, 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x85ebca6b) | 0;
}
