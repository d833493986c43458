import type { Language } from "web-tree-sitter";
import type { CompiledLanguage } from "../measure/compiled-language.ts";
import { Role } from "../measure/roles.ts";
import { childByKind } from "../measure/field-path.ts";
import { END, type FlatTree, ROW, START, STRIDE, SUBTREE_END, SYMBOL_MASK } from "../parse/flat-tree.ts";
import { packTape, type Tape } from "./tape.ts";
import { familyOf, kindOfText, NO_TOKEN, tokenKinds, VALUE, WORDS } from "./token-kinds.ts";
import { K, Winnower } from "./winnow.ts";

/**
 * Turns the flat tree of a file into its packed token tape with fingerprints. An instance belongs to one language and
 * is used again for every file; it keeps no state between files.
 */
export class TokenRecorder {
  readonly #kinds: Uint16Array;
  readonly #family: number;
  readonly #language: CompiledLanguage;
  readonly #winnower = new Winnower();
  #tape: Tape = { kinds: new Uint16Array(4096), texts: new Uint8Array(4096), lines: new Uint32Array(4096) };

  constructor(id: string, language: Language, compiled: CompiledLanguage) {
    this.#kinds = tokenKinds(language, compiled);
    this.#family = familyOf(id);
    this.#language = compiled;
  }

  /** Undefined for a file too short to hold a copy of anything. */
  record(tree: FlatTree, text: string): Uint8Array | undefined {
    const tokens = this.#read(tree, text);
    if (tokens < K) return undefined;
    this.#winnower.run(this.#tape.kinds, tokens, this.#family);
    return packTape(this.#tape, tokens, this.#winnower);
  }

  #read({ nodes, count, units }: FlatTree, text: string): number {
    const { roles, interpolation } = this.#language;
    const kindOf = this.#kinds;
    let { kinds, texts, lines } = this.#tape;
    let tokens = 0;
    for (let node = 0; node < count;) {
      const at = node * STRIDE;
      const symbol = nodes[at]! & SYMBOL_MASK;
      const end = nodes[at + SUBTREE_END]!;
      const isWhole =
        end === node + 1 ||
        (roles[symbol]! & (Role.comment | Role.literal) &&
          !(roles[symbol]! & Role.template && childByKind(nodes, node, interpolation) >= 0));
      if (!isWhole) {
        node++;
        continue;
      }
      node = end;
      const kind = kindOf[symbol]!;
      const start = nodes[at + START]!;
      const stop = nodes[at + END]!;
      if (kind === NO_TOKEN || stop === start) continue;
      if (tokens === kinds.length) ({ kinds, texts, lines } = this.#grow());
      kinds[tokens] = kind === WORDS ? kindOfText(text, start, stop) : kind;
      texts[tokens] = kind <= VALUE ? shortHash(units, start, stop) : 0;
      lines[tokens++] = nodes[at + ROW]! + 1;
    }
    return tokens;
  }

  #grow(): Tape {
    const { kinds, texts, lines } = this.#tape;
    const size = kinds.length * 2;
    this.#tape = { kinds: new Uint16Array(size), texts: new Uint8Array(size), lines: new Uint32Array(size) };
    this.#tape.kinds.set(kinds);
    this.#tape.texts.set(texts);
    this.#tape.lines.set(lines);
    return this.#tape;
  }
}

function shortHash(units: Uint16Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash, 31) + units[at]!;
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 255;
}
