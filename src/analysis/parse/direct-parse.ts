import type { Parser } from "web-tree-sitter";

/** web-tree-sitter keeps the WASM addresses of a parser, and of what it reads from, in fields 0 and 1. */
type WithAddresses = { readonly 0: number; readonly 1: number };

/** What there is room for at a time: `INPUT_BUFFER_SIZE` of tree-sitter's binding.c, in UTF-16, less the last unit. */
const MOST_UNITS = 5119;

interface Exports {
  ts_parser_parse_wasm(parser: number, input: number, oldTree: number, ranges: number, count: number): number;
  ts_tree_delete(tree: number): void;
}

export type ReceiveInstance = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

type ReadText = (to: number, index: number, row: number, column: number, lengthAt: number) => void;

/**
 * tree-sitter asks for its text piece by piece. web-tree-sitter answers with a loop over characters, and makes an object
 * of each tree that the garbage collector has to watch: together half of what all measures cost. Here the pieces are
 * copied as they are, and a tree is the address that it has in WASM memory. Who parses by web-tree-sitter's own means is not concerned.
 */
export class DirectParse {
  readonly #memory: WebAssembly.Memory;
  #exports: Exports | undefined;
  /** Of the text that is being parsed. */
  #units: Uint16Array | undefined;
  #length = 0;
  #halves: Uint16Array;
  #words: Uint32Array;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#halves = new Uint16Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }

  /** To be called by Emscripten's `instantiateWasm`, an option of `Parser.init`. */
  instantiate(binary: Uint8Array, imports: WebAssembly.Imports, receive: ReceiveInstance): void {
    const env = imports["env"];
    const original = env?.["tree_sitter_parse_callback"] as ReadText;
    const reading: ReadText = (to, index, row, column, lengthAt) => {
      if (this.#units === undefined) original(to, index, row, column, lengthAt);
      else this.#read(this.#units, to, index, lengthAt);
    };
    const module = new WebAssembly.Module(binary);
    const instance = new WebAssembly.Instance(module, {
      ...imports,
      env: { ...env, tree_sitter_parse_callback: reading },
    });
    this.#exports = instance.exports as unknown as Exports;
    receive(instance, module);
  }

  #read(units: Uint16Array, to: number, index: number, lengthAt: number): void {
    if (this.#words.buffer !== this.#memory.buffer) {
      this.#halves = new Uint16Array(this.#memory.buffer);
      this.#words = new Uint32Array(this.#memory.buffer);
    }
    const length = Math.max(0, Math.min(MOST_UNITS, this.#length - index));
    this.#halves.set(units.subarray(index, index + length), to >> 1);
    this.#words[lengthAt >> 2] = length;
  }

  /** Gives the address of a text's tree to `use` and deletes it then. Throws if tree-sitter gives none. */
  parse<T>(parser: Parser, units: Uint16Array, length: number, use: (tree: number) => T): T {
    const { 0: address, 1: input } = parser as unknown as WithAddresses;
    const functions = this.#exports!;
    this.#units = units;
    this.#length = length;
    let tree: number;
    try {
      tree = functions.ts_parser_parse_wasm(address, input, 0, 0, 0);
    } finally {
      this.#units = undefined;
    }
    if (tree === 0) throw new Error("tree-sitter returned no tree");
    try {
      return use(tree);
    } finally {
      functions.ts_tree_delete(tree);
    }
  }
}
