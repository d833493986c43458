import { setFlagsFromString } from "node:v8";

/**
 * tree-sitter's core calls the scanner of a grammar through a table, once for each token. V8 inlines such calls by itself
 * from 13.7 on; 13.6, that of Node 24, has it behind a flag (v8.dev/blog/wasm-speculative-optimizations). With room for larger functions
 * than by default, parsing takes a tenth less time, compiling included (`bench/analyze.ts`). Empty elsewhere than in V8 13.6:
 * flags come and go.
 */
export const wasmFlags: readonly string[] = process.versions.v8.startsWith("13.6.")
  ? [
      "--wasm-inlining-call-indirect",
      "--wasm-inlining-budget=10000",
      "--wasm-inlining-max-size=1000",
      "--wasm-inlining-factor=5",
    ]
  : [];

/**
 * For who begins a process that is there to parse, before any WASM is compiled in it. What was compiled without the flags counts
 * its calls differently, and V8 crashes when it optimizes it with them (`should_inline`): Node strips types with WASM,
 * say, so a `caelum.config.ts` or a program in TypeScript is enough.
 */
export function tuneWasm(): void {
  for (const flag of wasmFlags) setFlagsFromString(flag);
}
