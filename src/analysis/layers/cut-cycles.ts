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
  const cut = new WithoutEdge(out);
  let best: { edge: readonly [number, number]; left: number } | undefined;
  for (const edge of edges) {
    if (edge[0] === edge[1]) continue;
    const left = cut.largestCycle(...edge);
    const isBetter =
      best === undefined ||
      left < best.left ||
      (left === best.left && importers[edge[1]]! < importers[best.edge[1]]!);
    if (isBetter) best = { edge, left };
  }
  return best && { from: cycle[best.edge[0]]!, to: cycle[best.edge[1]]!, left: best.left };
}

/** Tries edges of one graph: what does not depend on the edge is made once. */
class WithoutEdge {
  readonly #out: readonly (readonly number[])[];
  readonly #back: readonly (readonly number[])[];
  /** The nodes in the order in which the first search leaves them. */
  readonly #order: Int32Array;
  /** Open nodes of a search, and which of its edges each goes on with. */
  readonly #open: Int32Array;
  readonly #next: Int32Array;
  readonly #seen: Uint8Array;

  constructor(out: readonly (readonly number[])[]) {
    const back: number[][] = out.map(() => []);
    for (const [node, targets] of out.entries()) for (const target of targets) back[target]!.push(node);
    this.#out = out;
    this.#back = back;
    this.#order = new Int32Array(out.length);
    this.#open = new Int32Array(out.length);
    this.#next = new Int32Array(out.length);
    this.#seen = new Uint8Array(out.length);
  }

  /** Nodes of the largest strongly connected component (Kosaraju's two searches); 0 if all stand alone. */
  largestCycle(from: number, to: number): number {
    this.#leave(from, to);
    const seen = this.#seen.fill(0);
    let largest = 0;
    for (let at = this.#order.length - 1; at >= 0; at--) {
      const root = this.#order[at]!;
      if (!seen[root]) largest = Math.max(largest, this.#reach(root, from, to));
    }
    return largest === 1 ? 0 : largest;
  }

  /** Goes along the edges, depth first, and fills `#order`. */
  #leave(from: number, to: number): void {
    const out = this.#out;
    const open = this.#open;
    const next = this.#next;
    const seen = this.#seen.fill(0);
    let left = 0;
    for (let root = 0; root < out.length; root++) {
      if (seen[root]) continue;
      let depth = 0;
      open[0] = root;
      next[0] = 0;
      seen[root] = 1;
      while (depth >= 0) {
        const node = open[depth]!;
        const target = out[node]![next[depth]!++];
        if (target === undefined) {
          this.#order[left++] = node;
          depth--;
        } else if (!seen[target] && !(node === from && target === to)) {
          seen[target] = 1;
          open[++depth] = target;
          next[depth] = 0;
        }
      }
    }
  }

  /** Nodes that are not seen yet from which `root` is reached, itself included. */
  #reach(root: number, from: number, to: number): number {
    const open = this.#open;
    const seen = this.#seen;
    let size = 0;
    let count = 1;
    open[0] = root;
    seen[root] = 1;
    while (count > 0) {
      const node = open[--count]!;
      size++;
      for (const source of this.#back[node]!) {
        if (seen[source] || (source === from && node === to)) continue;
        seen[source] = 1;
        open[count++] = source;
      }
    }
    return size;
  }
}
