/** The import whose removal leaves least of a cycle. */
export interface Cut {
  from: string;
  to: string;
  /** Files of the largest cycle that is left among these; 0: none. */
  left: number;
}

/** Imports within one cycle up to which each is tried: the work grows with the square of them. */
const MOST_EDGES = 1500;

/**
 * The cheapest edge to cut: every import within the cycle is taken away once, and the strongly connected rest compared. Of equals
 * the one whose target fewest of the cycle import, then the first by path. Undefined where there are too many to try.
 */
export function cheapestCut(
  cycle: readonly string[],
  importsOf: (path: string) => readonly string[],
): Cut | undefined {
  if (cycle.length < 2) return undefined;
  const numbers = new Map(cycle.map((path, number) => [path, number]));
  const out = cycle.map((path) => [...new Set(importsOf(path).flatMap((one) => numbers.get(one) ?? []))]);
  const edges = out.flatMap((targets, from) => targets.map((to) => [from, to] as const));
  if (edges.length > MOST_EDGES) return undefined;
  const importers = cycle.map((_, number) => edges.filter(([, to]) => to === number).length);
  let best: { edge: readonly [number, number]; left: number } | undefined;
  for (const edge of edges) {
    if (edge[0] === edge[1]) continue;
    const left = largestCycle(out, edge);
    const isBetter =
      best === undefined ||
      left < best.left ||
      (left === best.left && importers[edge[1]]! < importers[best.edge[1]]!);
    if (isBetter) best = { edge, left };
  }
  return best && { from: cycle[best.edge[0]]!, to: cycle[best.edge[1]]!, left: best.left };
}

/** Nodes of the largest strongly connected component without one edge (Kosaraju's two searches); 0 if all stand alone. */
function largestCycle(out: readonly (readonly number[])[], [from, to]: readonly [number, number]): number {
  const without = out.map((targets, node) =>
    node === from ? targets.filter((target) => target !== to) : targets,
  );
  const back: number[][] = out.map(() => []);
  for (const [node, targets] of without.entries()) for (const target of targets) back[target]!.push(node);
  const order: number[] = [];
  const seen = new Uint8Array(out.length);
  for (let root = 0; root < out.length; root++) {
    if (seen[root]) continue;
    const path: [node: number, next: number][] = [[root, 0]];
    seen[root] = 1;
    while (path.length > 0) {
      const top = path.at(-1)!;
      const target = without[top[0]]![top[1]++];
      if (target === undefined) order.push(path.pop()![0]);
      else if (!seen[target]) {
        seen[target] = 1;
        path.push([target, 0]);
      }
    }
  }
  let largest = 0;
  const taken = new Uint8Array(out.length);
  for (const root of order.toReversed()) {
    if (taken[root]) continue;
    let size = 0;
    const open = [root];
    taken[root] = 1;
    for (let node = open.pop(); node !== undefined; node = open.pop()) {
      size++;
      for (const source of back[node]!) {
        if (taken[source]) continue;
        taken[source] = 1;
        open.push(source);
      }
    }
    largest = Math.max(largest, size);
  }
  return largest === 1 ? 0 : largest;
}
