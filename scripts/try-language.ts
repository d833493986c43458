/**
 * Measures files with one language's data and prints what was seen: the tool for writing a language.
 * `node scripts/try-language.ts python file.py…` · `--tree` prints the syntax tree · `--speed` only the figures.
 */
import { readFileSync } from "node:fs";
import { languageById } from "../src/analysis/languages/index.ts";
import { compileLanguage } from "../src/analysis/measure/compile.ts";
import { Extractor } from "../src/analysis/measure/extract.ts";
import {
  FIELD_MASK,
  FIELD_SHIFT,
  NAMED,
  STRIDE,
  SUBTREE_END,
  SYMBOL_MASK,
} from "../src/analysis/parse/flat-tree.ts";
import { Parsers } from "../src/analysis/parse/parsers.ts";

const project = new URL("../", import.meta.url);
const [id = "", ...rest] = process.argv.slice(2);
const data = languageById(id);
if (data === undefined) throw new Error(`no language "${id}"`);
const parsers = await Parsers.start({
  runtime: () => readFileSync(new URL("node_modules/web-tree-sitter/web-tree-sitter.wasm", project)),
  grammar: (name) => readFileSync(new URL(`src/analysis/grammars/${name}.wasm.gz`, project)),
});
const grammar = await parsers.load(data.grammar);
const extractor = new Extractor(compileLanguage(data, grammar.language));

let parseMs = 0;
let extractMs = 0;
let bytes = 0;
for (const file of rest.filter((argument) => !argument.startsWith("--"))) {
  const text = readFileSync(file, "utf8");
  const start = performance.now();
  const tree = grammar.parse(text);
  const parsed = performance.now();
  const extracted = extractor.run(tree, text, Buffer.byteLength(text));
  parseMs += parsed - start;
  extractMs += performance.now() - parsed;
  bytes += Buffer.byteLength(text);
  if (rest.includes("--tree")) printTree(tree.nodes, tree.count, text);
  if (!rest.includes("--speed")) console.log(JSON.stringify(extracted, null, 1));
}
const rate = (ms: number): string => `${(bytes / 1000 / ms).toFixed(1)} MB/s`;
console.error(`walk ${grammar.walk}   parse and flatten ${rate(parseMs)}   measures ${rate(extractMs)}`);

function printTree(nodes: Uint32Array, count: number, text: string): void {
  const ends: number[] = [];
  for (let node = 0; node < count; node++) {
    while (ends.length > 0 && ends.at(-1)! <= node) ends.pop();
    const head = nodes[node * STRIDE]!;
    const end = nodes[node * STRIDE + SUBTREE_END]!;
    const kind = grammar.language.nodeTypeForId(head & SYMBOL_MASK) ?? "ERROR";
    const field = grammar.language.fieldNameForId((head >>> FIELD_SHIFT) & FIELD_MASK);
    const leaf =
      end === node + 1
        ? ` ${JSON.stringify(text.slice(nodes[node * STRIDE + 1], nodes[node * STRIDE + 2]))}`
        : "";
    console.log(
      `${"  ".repeat(ends.length)}${field ? `${field}: ` : ""}${head & NAMED ? kind : `'${kind}'`}${leaf}`,
    );
    ends.push(end);
  }
}
