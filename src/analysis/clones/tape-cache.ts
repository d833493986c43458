import type { TapedFile } from "./candidates.ts";
import { openTape, type OpenTape, readPrintPlaces } from "./tape.ts";

/** Tokens that are kept unpacked; each takes little more than 3 bytes. */
const TOKENS_AT_ONCE = 32_000_000;

export interface CachedTape extends OpenTape {
  /** Token at which each fingerprint begins. */
  places: Uint32Array;
}

/** Unpacked tapes, the most recently used of them. */
export class TapeCache {
  readonly #files: readonly TapedFile[];
  readonly #tapes = new Map<number, CachedTape>();
  #tokens = 0;

  constructor(files: readonly TapedFile[]) {
    this.#files = files;
  }

  get(file: number): CachedTape {
    const known = this.#tapes.get(file);
    if (known !== undefined) {
      this.#tapes.delete(file);
      this.#tapes.set(file, known);
      return known;
    }
    const { tape } = this.#files[file]!;
    const made = { ...openTape(tape), places: readPrintPlaces(tape) };
    this.#tapes.set(file, made);
    this.#tokens += made.kinds.length;
    for (const [other, { kinds }] of this.#tapes) {
      if (this.#tokens <= TOKENS_AT_ONCE || other === file) break;
      this.#tapes.delete(other);
      this.#tokens -= kinds.length;
    }
    return made;
  }
}
