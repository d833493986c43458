import { gunzipSync } from "node:zlib";
import { Language, Parser, type Tree } from "web-tree-sitter";
import { compileGrammar } from "./compile-grammar.ts";
import { cursorWalk } from "./cursor-walk.ts";
import { DirectParse, type ReceiveInstance } from "./direct-parse.ts";
import { type FlatNodes, type FlatTree, STRIDE } from "./flat-tree.ts";
import { makeRawWalk } from "./raw-walk.ts";
import { unitsOf } from "./text-units.ts";

/** web-tree-sitter keeps the WASM address of its objects in field 0; the raw walk starts from it. */
type WithAddress = { readonly 0: number };

export type WalkName = "raw" | "cursor";

export interface LoadedGrammar {
  language: Language;
  /** Which way is in use: `cursor`, with nothing but what is public, when the self-check of the raw one failed. */
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
let processEngine: Engine | undefined;

interface Engine {
  memory: WebAssembly.Memory;
  direct: DirectParse;
}

/** One tree-sitter in this process, with as many grammars as are asked for. */
export class Parsers {
  readonly #engine: Engine;
  readonly #assets: Assets;
  readonly #walk: WalkName;
  readonly #loaded = new Map<string, Promise<LoadedGrammar>>();

  private constructor(engine: Engine, assets: Assets, walk: WalkName) {
    this.#engine = engine;
    this.#assets = assets;
    this.#walk = walk;
  }

  static async start(assets: Assets, walk: WalkName = "raw"): Promise<Parsers> {
    const engine = (processEngine ??= newEngine());
    const { memory, direct } = engine;
    await Parser.init({
      wasmMemory: memory,
      instantiateWasm: (imports: WebAssembly.Imports, receive: ReceiveInstance) => {
        direct.instantiate(assets.runtime(), imports, receive);
      },
    });
    return new Parsers(engine, assets, walk);
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
    const { memory, direct } = this.#engine;
    const walk = makeRawWalk(memory, (language as unknown as WithAddress)[0]);
    const raw = (text: string): FlatTree => {
      const units = unitsOf(text);
      const { nodes, count, errors } = direct.parse(parser, units, text.length, walk);
      return { nodes, count, errors, units };
    };
    if (this.#walk === "raw" && agrees(parseTree, raw)) return { language, walk: "raw", parse: raw };
    return {
      language,
      walk: "cursor",
      parse: (text) => ({ ...flattened(parseTree(text)), units: unitsOf(text) }),
    };
  }
}

function newEngine(): Engine {
  const memory = new WebAssembly.Memory({ initial: 512, maximum: MAXIMUM_PAGES });
  return { memory, direct: new DirectParse(memory) };
}

function flattened(tree: Tree): FlatNodes {
  try {
    return cursorWalk(tree);
  } finally {
    tree.delete();
  }
}

/** Text that is an error in most languages and has brackets, strings, comments and rows in all of them. */
const PROBE = 'a(b, "c");\n// d\n/* e */ { f: [1, 2.5] }\n# g\nif (h) {\n  i = j && !k;\n} else return m\n';

/** The self-check: what knows tree-sitter's internals is used only where it says the same as the public cursor. */
export function agrees(parseTree: (text: string) => Tree, raw: (text: string) => FlatNodes): boolean {
  const slow = flattened(parseTree(PROBE));
  try {
    const fast = raw(PROBE);
    if (fast.count !== slow.count || fast.errors !== slow.errors) return false;
    for (let i = 0; i < slow.count * STRIDE; i++) if (fast.nodes[i] !== slow.nodes[i]) return false;
    return true;
  } catch {
    return false; // a changed layout may also read past the end
  }
}
