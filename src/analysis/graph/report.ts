import { compareByBytes } from "#paths";
import { row } from "./adjacency.ts";
import { type Graph, OutcomeKind } from "./build.ts";
import type { Group } from "./types.ts";

/** Path of a file, or id of a group. */
export function nameOf(graph: Graph, node: number): string {
  const files = graph.files.length;
  return node < files ? graph.files[node]!.path : graph.groups[node - files]!.id;
}

/** Number of a file. */
export function numberOf(graph: Graph, path: string): number | undefined {
  let low = 0;
  let high = graph.files.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareByBytes(graph.files[middle]!.path, path);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

export interface Edge {
  from: string;
  /** Path of a file, or id of a group (see `Group`). */
  to: string;
}

/** What each file imports, in the order of the paths; groups are named, not spelt out. */
export function* edges(graph: Graph): Generator<Edge> {
  for (let node = 0; node < graph.files.length; node++) {
    const from = graph.files[node]!.path;
    for (const target of row(graph.out, node)) yield { from, to: nameOf(graph, target) };
  }
}

/** The same from file to file: a group becomes its members, unless it is kept. Can be many times as long. */
export function* fileEdges(
  graph: Graph,
  { keep = () => false }: { keep?: (group: Group) => boolean } = {},
): Generator<Edge> {
  for (let node = 0; node < graph.files.length; node++) {
    const from = graph.files[node]!.path;
    for (const target of reachedNodes(graph, node, keep)) yield { from, to: nameOf(graph, target) };
  }
}

/** Numbers of the files, and of the groups to keep, that a file reaches directly, ascending (see `nameOf`). */
export function reachedNodes(graph: Graph, node: number, keep: (group: Group) => boolean): number[] {
  const files = graph.files.length;
  const reached = new Set<number>();
  for (const target of row(graph.out, node)) {
    const group = target < files ? undefined : graph.groups[target - files]!;
    if (group === undefined || keep(group)) reached.add(target);
    else for (const member of group.members) if (member !== node) reached.add(member);
  }
  return [...reached].sort((a, b) => a - b);
}

/** Files that import each other in a circle, and files that import themselves; the longest circles first. */
export function cycles(graph: Graph): string[][] {
  const { of, count } = graph.components;
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let node = 0; node < graph.files.length; node++) members[of[node]!]!.push(node);
  return members
    .filter(
      (nodes) => nodes.length > 1 || (nodes.length === 1 && row(graph.out, nodes[0]!).includes(nodes[0]!)),
    )
    .sort((a, b) => b.length - a.length || a[0]! - b[0]!)
    .map((nodes) => nodes.map((node) => graph.files[node]!.path));
}

/** Direct dependencies of every file: what it imports (a group counts once) and how many files import it. */
export function fans(graph: Graph): { fanIn: Int32Array; fanOut: Int32Array } {
  const files = graph.files.length;
  const fanIn = new Int32Array(files);
  const fanOut = new Int32Array(files);
  const seenBy = new Int32Array(files).fill(-1);
  for (let node = 0; node < files; node++) {
    fanOut[node] = graph.out.start[node + 1]! - graph.out.start[node]!;
    for (const importer of row(graph.in, node)) {
      if (importer < files) note(importer, node);
      else for (const one of row(graph.in, importer)) if (one !== node) note(one, node);
    }
  }
  return { fanIn, fanOut };

  /** A file may import another both directly and through a group. */
  function note(importer: number, node: number): void {
    if (seenBy[importer] === node) return;
    seenBy[importer] = node;
    fanIn[node]!++;
  }
}

/** How many other files import a file, by itself or with a group that somebody imports. */
export function importersOf(graph: Graph, file: number): number {
  const files = graph.files.length;
  return row(graph.in, file).reduce((sum, one) => {
    if (one < files) return one === file ? sum : sum + 1;
    return sum + row(graph.in, one).filter((importer) => importer !== file).length;
  }, 0);
}

/** How many files import each file by itself and each package as a whole. */
export function importCounts(graph: Graph): { path: string; importedBy: number }[] {
  const files = graph.files.length;
  return Array.from({ length: files + graph.groups.length }, (_, node) => node)
    .filter((node) => node < files || graph.groups[node - files]!.kind === "package")
    .map((node) => ({
      path: nameOf(graph, node),
      importedBy: row(graph.in, node).filter((importer) => importer < files && importer !== node).length,
    }));
}

/** Where the imports of one file lead, in the order they are written. */
export function resolutions(
  graph: Graph,
  file: number,
): { kind: keyof typeof OutcomeKind; targets: string[] }[] {
  const { firstImport, kinds, firstTarget, targets } = graph.outcomes;
  const first = firstImport[file]!;
  return graph.files[file]!.imports.map((_, at) => ({
    kind: kindNames[kinds[first + at]!]!,
    targets: [...targets.subarray(firstTarget[first + at], firstTarget[first + at + 1])].map((node) =>
      nameOf(graph, node),
    ),
  }));
}

/** Files that each import of one file leads to, by number, in the order they are written. Groups are left out. */
export function importedFiles(graph: Graph, file: number): readonly number[][] {
  const { firstImport, firstTarget, targets } = graph.outcomes;
  const first = firstImport[file]!;
  return graph.files[file]!.imports.map((_, at) =>
    [...targets.subarray(firstTarget[first + at], firstTarget[first + at + 1])].filter(
      (node) => node < graph.files.length,
    ),
  );
}

const kindNames = Object.keys(OutcomeKind) as (keyof typeof OutcomeKind)[];
