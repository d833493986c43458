import type { OpenFunction } from "./open-function.ts";
import { hashText, TokenSet } from "./token-set.ts";

/** Counts Halstead's operators and operands of open functions, all and distinct ones. */
export class Operators {
  readonly #operands = new TokenSet();
  /** One set of operator symbols per open function, a bit each. */
  #sets: Uint32Array<ArrayBuffer>;
  readonly #words: number;

  /** `symbols`: number of node kinds. */
  constructor(symbols: number) {
    this.#words = (symbols + 31) >> 5;
    this.#sets = new Uint32Array(this.#words * 16);
  }

  startFile(): void {
    this.#operands.startFile();
  }

  /** First word of an empty set for a function that so many others are around. */
  emptySet(depth: number): number {
    const from = depth * this.#words;
    const to = from + this.#words;
    if (to > this.#sets.length) {
      const wider = new Uint32Array(this.#sets.length * 2);
      wider.set(this.#sets);
      this.#sets = wider;
    }
    this.#sets.fill(0, from, to);
    return from;
  }

  operator(inner: OpenFunction, symbol: number): void {
    inner.operators++;
    const word = inner.operatorSet + (symbol >> 5);
    const bit = 1 << (symbol & 31);
    const seen = this.#sets[word]!;
    if (seen & bit) return;
    this.#sets[word] = seen | bit;
    inner.distinctOperators++;
  }

  operand(inner: OpenFunction, units: Uint16Array, start: number, end: number): void {
    inner.operands++;
    if (this.#operands.add(hashText(units, start, end), inner.node)) inner.distinctOperands++;
  }
}
