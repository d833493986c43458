import { gunzipSync } from "node:zlib";
import { Language, Parser, type Tree } from "web-tree-sitter";
import { compileGrammar } from "./compile-grammar.ts";
import { cursorWalk } from "./cursor-walk.ts";
import { type FlatTree, STRIDE } from "./flat-tree.ts";
import { makeRawWalk } from "./raw-walk.ts";
import { tuneWasm } from "./tune-wasm.ts";

/** web-tree-sitter keeps the WASM address of its objects in field 0; the raw walk starts from it. */
type WithAddress = { readonly 0: number };

export type WalkName = "raw" | "cursor";

export interface LoadedGrammar {
  language: Language;
  /** Which walk is in use: `cursor` when the self-check of the raw one failed. */
  walk: WalkName;
  /**
   * Parses and flattens. The array is overwritten by the next call, of any grammar.
   * Throws if tree-sitter gives no tree (out of memory): the file is then reported, not measured.
   */
  parse(text: string): FlatTree;
}

export interface Assets {
  /** `web-tree-sitter.wasm` */
  runtime(): Uint8Array;
  /** `<name>.wasm.gz` */
  grammar(name: string): Uint8Array;
}

const PAGE_BYTES = 65_536;
/** A file of the default size cap needs a tenth of it, 10 MB of dense code most of it. */
const MAXIMUM_PAGES = 2 ** 31 / PAGE_BYTES;

/** web-tree-sitter is one WASM instance per process: a second start goes on with the first one's memory. */
let processMemory: WebAssembly.Memory | undefined;

/** One tree-sitter in this process, with as many grammars as are asked for. */
export class Parsers {
  readonly #memory: WebAssembly.Memory;
  readonly #assets: Assets;
  readonly #walk: WalkName;
  readonly #loaded = new Map<string, Promise<LoadedGrammar>>();

  private constructor(memory: WebAssembly.Memory, assets: Assets, walk: WalkName) {
    this.#memory = memory;
    this.#assets = assets;
    this.#walk = walk;
  }

  static async start(assets: Assets, walk: WalkName = "raw"): Promise<Parsers> {
    tuneWasm();
    processMemory ??= new WebAssembly.Memory({ initial: 512, maximum: MAXIMUM_PAGES });
    const memory = processMemory;
    await Parser.init({ wasmMemory: memory, wasmBinary: assets.runtime() } as Parameters<
      typeof Parser.init
    >[0]);
    return new Parsers(memory, assets, walk);
  }

  load(grammar: string): Promise<LoadedGrammar> {
    let loaded = this.#loaded.get(grammar);
    if (loaded === undefined) {
      loaded = this.#load(grammar);
      this.#loaded.set(grammar, loaded);
    }
    return loaded;
  }

  async #load(grammar: string): Promise<LoadedGrammar> {
    const language = Language.loadSync(compileGrammar(gunzipSync(this.#assets.grammar(grammar))));
    const parser = new Parser();
    parser.setLanguage(language);
    const parseTree = (text: string): Tree => {
      const tree = parser.parse(text);
      if (tree === null) throw new Error("tree-sitter returned no tree");
      return tree;
    };
    const rawWalk =
      this.#walk === "raw" ? makeRawWalk(this.#memory, (language as unknown as WithAddress)[0]) : undefined;
    const raw = rawWalk && ((tree: Tree): FlatTree => rawWalk((tree as unknown as WithAddress)[0]));
    const trusted = raw !== undefined && agrees(parseTree, raw);
    const flatten = trusted ? raw : cursorWalk;
    return {
      language,
      walk: trusted ? "raw" : "cursor",
      parse: (text) => {
        const tree = parseTree(text);
        try {
          return flatten(tree);
        } finally {
          tree.delete();
        }
      },
    };
  }
}

/** Text that is an error in most languages and has brackets, strings, comments and rows in all of them. */
const PROBE = 'a(b, "c");\n// d\n/* e */ { f: [1, 2.5] }\n# g\nif (h) {\n  i = j && !k;\n} else return m\n';

/** The self-check: the raw walk is used only where it says the same as the public cursor. */
export function agrees(parseTree: (text: string) => Tree, raw: (tree: Tree) => FlatTree): boolean {
  const tree = parseTree(PROBE);
  try {
    const fast = raw(tree);
    const slow = cursorWalk(tree);
    if (fast.count !== slow.count || fast.errors !== slow.errors) return false;
    for (let i = 0; i < slow.count * STRIDE; i++) if (fast.nodes[i] !== slow.nodes[i]) return false;
    return true;
  } catch {
    return false; // a changed layout may also read past the end
  } finally {
    tree.delete();
  }
}
