import type { CoverageMapData, FileCoverageData } from "istanbul-lib-coverage";
import { type CoverageByFile, hit, linesOf } from "./lines.ts";

/**
 * Adds a map of Istanbul's (`coverage-final.json`). A line ran as often as the statement on it that ran most, as
 * Istanbul's own reports have it.
 */
export async function readIstanbul(
  data: unknown,
  files: CoverageByFile,
  place: (path: string) => string | undefined,
): Promise<void> {
  const { default: coverage } = await import("istanbul-lib-coverage");
  const map = coverage.createCoverageMap(data as CoverageMapData);
  for (const name of map.files()) {
    const path = place(name);
    if (path === undefined) continue;
    const file = map.fileCoverageFor(name);
    const into = linesOf(files, path);
    for (const [line, times] of Object.entries(file.getLineCoverage())) hit(into.lines, Number(line), times);
    addFunctions(file.data, into.functions);
    addBranches(file.data, into.branches);
  }
}

function addFunctions({ fnMap, f }: FileCoverageData, functions: Map<string, number>): void {
  for (const [id, { name, decl }] of Object.entries(fnMap))
    hit(functions, `${decl.start.line}\0${name}`, f[id] ?? 0);
}

function addBranches({ branchMap, b }: FileCoverageData, branches: Map<string, number>): void {
  for (const [id, { loc, locations }] of Object.entries(branchMap)) {
    for (const index of locations.keys())
      hit(branches, `${loc.start.line}\0${id}\0${index}`, b[id]?.[index] ?? 0);
  }
}

/** What Istanbul's data looks like: paths with maps of statements. */
export function isIstanbul(data: unknown): boolean {
  if (typeof data !== "object" || data === null) return false;
  const values: unknown[] = Object.values(data);
  return (
    values.length > 0 &&
    values.every((value) => typeof value === "object" && value !== null && "statementMap" in value)
  );
}
