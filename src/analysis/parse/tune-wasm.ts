import { setFlagsFromString } from "node:v8";

/**
 * tree-sitter's core calls the scanner of a grammar through a table, once for each token. V8 inlines such calls by itself
 * from 13.7 on; 13.6, that of Node 24, has it behind a flag (v8.dev/blog/wasm-speculative-optimizations). With room for larger functions
 * than by default, parsing takes a tenth less time, compiling included (`bench/analyze.ts`).
 */
const INLINING = [
  "--wasm-inlining-call-indirect",
  "--wasm-inlining-budget=10000",
  "--wasm-inlining-max-size=1000",
  "--wasm-inlining-factor=5",
];

/** To be called before tree-sitter is compiled. Elsewhere than in V8 13.6 it does nothing: flags come and go. */
export function tuneWasm(): void {
  if (process.versions.v8.startsWith("13.6.")) for (const flag of INLINING) setFlagsFromString(flag);
}
