import { STRIDE, SUBTREE_END, START, END, SYMBOL_MASK, type FlatTree } from "../parse/flat-tree.ts";
import { type CompiledSyntax, Is } from "./syntax/compile-syntax.ts";

/** Longer names are no anchors. */
const LONGEST = 80;

/**
 * The names that patterns need. One look at the leaves of a file tells which of them it has: most rules end there.
 * Names are found by a hash of their text, in a table that is at most half full.
 */
export class Anchors {
  readonly #numbers = new Map<string, number>();
  #names: string[] = [];
  #table = new Int32Array(0);
  #mask = 0;

  /** The number of a name. */
  number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    this.#mask = 0;
    return number;
  }

  /** By number: 1 for a name that stands in the file. */
  present({ nodes, count }: FlatTree, text: string, { is }: CompiledSyntax): Uint8Array {
    if (this.#mask === 0) this.#build();
    const present = new Uint8Array(this.#names.length);
    const table = this.#table;
    const mask = this.#mask;
    const names = this.#names;
    for (let node = 0, at = 0; node < count; node++, at += STRIDE) {
      if (nodes[at + SUBTREE_END]! !== node + 1 || (is[nodes[at]! & SYMBOL_MASK]! & Is.name) === 0) continue;
      const start = nodes[at + START]!;
      const end = nodes[at + END]!;
      if (end - start > LONGEST) continue;
      let hash = 0;
      for (let offset = start; offset < end; offset++)
        hash = (Math.imul(hash, 31) + text.charCodeAt(offset)) | 0;
      for (let place = hash & mask; ; place = (place + 1) & mask) {
        const entry = table[place]!;
        if (entry === 0) break;
        const name = names[entry - 1]!;
        if (name.length === end - start && text.startsWith(name, start)) {
          present[entry - 1] = 1;
          break;
        }
      }
    }
    return present;
  }

  #build(): void {
    let size = 64;
    while (size < this.#names.length * 4) size *= 2;
    const table = new Int32Array(size);
    const mask = size - 1;
    for (const [index, name] of this.#names.entries()) {
      let hash = 0;
      for (let offset = 0; offset < name.length; offset++)
        hash = (Math.imul(hash, 31) + name.charCodeAt(offset)) | 0;
      let place = hash & mask;
      while (table[place] !== 0) place = (place + 1) & mask;
      table[place] = index + 1;
    }
    this.#table = table;
    this.#mask = mask;
  }
}
