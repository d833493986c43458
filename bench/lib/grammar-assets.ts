import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Assets } from "../../src/analysis/parse/parsers.ts";

const grammars = path.join(import.meta.dirname, "..", "..", "src", "analysis", "grammars");

/** What a worker is sent, from where the repository has it. */
export const grammarAssets: Assets = {
  runtime: () => readFileSync(createRequire(import.meta.url).resolve("web-tree-sitter/web-tree-sitter.wasm")),
  grammar: (name) => readFileSync(path.join(grammars, `${name}.wasm.gz`)),
};
