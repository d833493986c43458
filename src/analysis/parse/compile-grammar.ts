import { setFlagsFromString } from "node:v8";

/**
 * From this size on, V8 does not optimize what it runs often: for the scanner of the Bash grammar (160 KB) that takes
 * 500 MB for a moment, for that of C++ (90 KB) 200 MB, and 6 MB of source later it has not paid for itself. C's (41 KB)
 * is worth it.
 */
const LARGE_FUNCTION_BYTES = 50_000;

/**
 * A grammar's module, ready to be instantiated. One with a function that is too large to be optimized is compiled here
 * and now by V8's baseline compiler, for good; any other when it is first run, and again when it turns out to be hot.
 */
export function compileGrammar(wasm: Uint8Array): WebAssembly.Module {
  if (largestFunction(wasm) < LARGE_FUNCTION_BYTES) return new WebAssembly.Module(wasm);
  // Baseline code looks for its tier-up only if this filter, as it stands when the code is made, lets it.
  setFlagsFromString("--no-wasm-lazy-compilation");
  setFlagsFromString("--wasm-tier-up-filter=1000000000");
  try {
    return new WebAssembly.Module(wasm);
  } finally {
    setFlagsFromString("--wasm-tier-up-filter=-1");
    setFlagsFromString("--wasm-lazy-compilation");
  }
}

const HEADER_BYTES = 8;
const CODE_SECTION = 10;

/** Bytes of the largest function body of a WebAssembly module; 0 if it has none. */
export function largestFunction(wasm: Uint8Array): number {
  let at = HEADER_BYTES;
  const unsigned = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < wasm.length) {
    const section = wasm[at++];
    const bytes = unsigned();
    const end = at + bytes;
    if (section === CODE_SECTION) {
      let largest = 0;
      for (let left = unsigned(); left > 0; left--) {
        const body = unsigned();
        if (body > largest) largest = body;
        at += body;
      }
      return largest;
    }
    at = end;
  }
  return 0;
}
