/** Hits of one file, in what all formats can tell: lines, functions, branches. */
export interface FileLines {
  /** Line (from 1) → times it ran; lines without code are absent. */
  readonly lines: Map<number, number>;
  /** `line\0name` → times it was called. */
  readonly functions: Map<string, number>;
  /** `line\0block\0branch` → times it was taken. */
  readonly branches: Map<string, number>;
}

/** By path below the root, with `/`. */
export type CoverageByFile = Map<string, FileLines>;

export interface CoverageReport {
  /** In the order of paths. */
  readonly files: ReadonlyMap<string, FileLines>;
  /** What could not be read or belongs to no file of the tree: sentences. */
  readonly problems: readonly string[];
}

export function linesOf(files: CoverageByFile, path: string): FileLines {
  let file = files.get(path);
  if (file === undefined) {
    file = { lines: new Map(), functions: new Map(), branches: new Map() };
    files.set(path, file);
  }
  return file;
}

/** What ran on several hosts or in several batches has run as often as all of them together. */
export function hit<K>(counts: Map<K, number>, key: K, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}

export interface Share {
  covered: number;
  total: number;
}

/** Over all files. */
export function coverageTotals({ files }: CoverageReport): {
  lines: Share;
  functions: Share;
  branches: Share;
} {
  const all = [...files.values()];
  return {
    lines: shareOf(all.map(({ lines }) => lines)),
    functions: shareOf(all.map(({ functions }) => functions)),
    branches: shareOf(all.map(({ branches }) => branches)),
  };
}

export function shareOf(counts: readonly ReadonlyMap<unknown, number>[]): Share {
  const hits = counts.flatMap((map) => [...map.values()]);
  return { covered: hits.filter((times) => times > 0).length, total: hits.length };
}
