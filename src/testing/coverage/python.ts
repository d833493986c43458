import * as v from "valibot";
import { type CoverageByFile, hit, linesOf } from "./lines.ts";

const pythonFile = v.object({
  meta: v.object({ version: v.string() }),
  files: v.record(
    v.string(),
    v.object({ executed_lines: v.array(v.number()), missing_lines: v.array(v.number()) }),
  ),
});

/** Adds what `coverage json` of coverage.py writes. It knows whether a line ran, not how often. */
export function readPython(
  data: unknown,
  files: CoverageByFile,
  place: (path: string) => string | undefined,
): void {
  for (const [name, { executed_lines: executed, missing_lines: missing }] of Object.entries(
    v.parse(pythonFile, data).files,
  )) {
    const path = place(name);
    if (path === undefined) continue;
    const { lines } = linesOf(files, path);
    for (const line of executed) hit(lines, line, 1);
    for (const line of missing) hit(lines, line, 0);
  }
}

export function isPython(data: unknown): boolean {
  return v.is(pythonFile, data);
}
