import type { Run } from "./match.ts";

/** Bits of a match. */
export const RENAMED = 1;
export const NEAR = 2;
/** Numbers for each match in `Matches.rows`. */
export const MATCH_STRIDE = 7;

/** Pairs of copies, seven numbers each: file, first token, end of either; what they differ in. */
export class Matches {
  #rows = new Uint32Array(MATCH_STRIDE << 8);
  count = 0;

  get rows(): Uint32Array {
    return this.#rows;
  }

  add(fileA: number, fileB: number, runs: readonly Run[], bits: number): void {
    const first = runs[0]!;
    const last = runs.at(-1)!;
    this.addRow([fileA, first.a, last.a + last.length, fileB, first.b, last.b + last.length, bits]);
  }

  addRow(row: ArrayLike<number>): void {
    const at = this.count++ * MATCH_STRIDE;
    if (at === this.#rows.length) {
      const larger = new Uint32Array(at * 2);
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows.set(row, at);
  }
}
