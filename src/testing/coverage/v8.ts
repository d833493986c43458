import path from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readIstanbul } from "./istanbul.ts";
import type { CoverageByFile } from "./lines.ts";

const range = v.object({ startOffset: v.number(), endOffset: v.number(), count: v.number() });
const v8File = v.object({
  result: v.array(
    v.object({
      url: v.string(),
      functions: v.array(
        v.object({ functionName: v.string(), isBlockCoverage: v.boolean(), ranges: v.array(range) }),
      ),
    }),
  ),
});

/**
 * Adds what Node writes into NODE_V8_COVERAGE. Offsets become lines with the help of the source: `read` gives the tree's own
 * text, which is what ran, byte for byte.
 */
export async function readV8(
  data: unknown,
  files: CoverageByFile,
  place: (path: string) => string | undefined,
  read: (path: string) => string | undefined,
): Promise<void> {
  const { default: v8ToIstanbul } = await import("v8-to-istanbul");
  for (const { url, functions } of v.parse(v8File, data).result) {
    const own = url.startsWith("file:") ? place(pathOf(url)) : undefined;
    const source = own === undefined || isOutside(own) ? undefined : read(own);
    if (own === undefined || source === undefined) continue;
    const converter = v8ToIstanbul(path.resolve("/", own), 0, { source });
    await converter.load();
    converter.applyCoverage(functions);
    await readIstanbul(converter.toIstanbul(), files, () => own);
    converter.destroy();
  }
}

export function isV8(data: unknown): boolean {
  return v.is(v8File, data);
}

/** Packages are nobody's own code. */
function isOutside(file: string): boolean {
  return file.split("/").includes("node_modules");
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url, { windows: /^file:\/\/\/[A-Za-z]:/.test(url) });
  } catch {
    return url;
  }
}
