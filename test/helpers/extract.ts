import { readFileSync } from "node:fs";
import { languageById } from "../../src/analysis/languages/index.ts";
import { compileLanguage } from "../../src/analysis/measure/compile.ts";
import { type Extracted, Extractor } from "../../src/analysis/measure/extract.ts";
import { type LoadedGrammar, Parsers, type WalkName } from "../../src/analysis/parse/parsers.ts";

const project = new URL("../../", import.meta.url);

export const testAssets = {
  runtime: () => readFileSync(new URL("node_modules/web-tree-sitter/web-tree-sitter.wasm", project)),
  grammar: (name: string) => readFileSync(new URL(`src/analysis/grammars/${name}.wasm.gz`, project)),
};

const parsers = new Map<WalkName, Promise<Parsers>>();

export async function loadGrammar(language: string, walk: WalkName = "raw"): Promise<LoadedGrammar> {
  const started = parsers.get(walk) ?? Parsers.start(testAssets, walk);
  parsers.set(walk, started);
  return (await started).load(languageById(language)!.grammar);
}

/** Measures a snippet with the real engine. */
export async function extract(language: string, text: string, walk: WalkName = "raw"): Promise<Extracted> {
  const grammar = await loadGrammar(language, walk);
  const extractor = new Extractor(compileLanguage(languageById(language)!, grammar.language));
  return extractor.run(grammar.parse(text), text, Buffer.byteLength(text));
}
