import type { Language } from "web-tree-sitter";
import type { CompiledLanguage } from "../measure/compiled-language.ts";
import { END, type FlatTree, ROW, START, SYMBOL_MASK } from "../parse/flat-tree.ts";
import { packTape, type Tape } from "./tape.ts";
import { familyOf, kindOfText, NO_TOKEN, tokenKinds, VALUE, WORDS } from "./token-kinds.ts";
import { LEAST_TOKENS, Winnower } from "./winnow.ts";

/** What an `Extractor` has seen of the same tree. */
interface Leaves {
  /** Where in the array of nodes each begins, in order; a whole value is one. */
  readonly leaves: Uint32Array;
  readonly leafCount: number;
}

/**
 * Turns the flat tree of a file into its packed token tape with fingerprints. An instance belongs to one language and
 * is used again for every file; it keeps no state between files.
 */
export class TokenRecorder {
  readonly #kinds: Uint16Array;
  readonly #family: number;
  readonly #winnower = new Winnower();
  #tape = tapeFor(4096);

  constructor(id: string, language: Language, compiled: CompiledLanguage) {
    this.#kinds = tokenKinds(language, compiled);
    this.#family = familyOf(id);
  }

  /** Undefined for a file too short to hold a copy of anything. */
  record(tree: FlatTree, text: string, leaves: Leaves): Uint8Array | undefined {
    const tokens = this.#read(tree, text, leaves);
    if (tokens < LEAST_TOKENS) return undefined;
    this.#winnower.run(this.#tape.kinds, tokens, this.#family);
    return packTape(this.#tape, tokens, this.#winnower);
  }

  #read({ nodes, units }: FlatTree, text: string, { leaves, leafCount }: Leaves): number {
    if (this.#tape.kinds.length < leafCount) this.#tape = tapeFor(leafCount * 2);
    const { kinds, texts, lines } = this.#tape;
    const kindOf = this.#kinds;
    let tokens = 0;
    for (let leaf = 0; leaf < leafCount; leaf++) {
      const at = leaves[leaf]!;
      const kind = kindOf[nodes[at]! & SYMBOL_MASK]!;
      if (kind === NO_TOKEN) continue;
      kinds[tokens] = kind;
      texts[tokens] = 0;
      lines[tokens] = nodes[at + ROW]! + 1;
      if (kind <= WORDS) {
        const start = nodes[at + START]!;
        const stop = nodes[at + END]!;
        if (kind <= VALUE) texts[tokens] = shortHash(units, start, stop);
        else kinds[tokens] = kindOfText(text, start, stop);
      }
      tokens++;
    }
    return tokens;
  }
}

function tapeFor(tokens: number): Tape {
  return { kinds: new Uint16Array(tokens), texts: new Uint8Array(tokens), lines: new Uint32Array(tokens) };
}

/** Two characters at a time, so that none waits for the one before it. */
function shortHash(units: Uint16Array, start: number, end: number): number {
  let hash = end - start;
  let other = 0;
  let at = start;
  for (; at + 1 < end; at += 2) {
    hash = Math.imul(hash, 31) + units[at]!;
    other = Math.imul(other, 37) + units[at + 1]!;
  }
  if (at < end) hash = Math.imul(hash, 31) + units[at]!;
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + Math.imul(other ^ (other >>> 15), 0x297a2d39);
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 255;
}
