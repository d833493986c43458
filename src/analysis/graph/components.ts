import type { Adjacency } from "./adjacency.ts";

export interface Components {
  /** Component of each node. A component's number is higher than that of everything it leads to. */
  of: Int32Array;
  count: number;
}

/**
 * Strongly connected components (Tarjan 1972) on a stack of its own, so that a chain of 100,000 imports does not
 * exhaust JavaScript's. Tarjan finishes a component after everything it reaches: numbers are a reverse
 * topological order.
 */
export function stronglyConnected({ start, targets }: Adjacency): Components {
  const nodes = start.length - 1;
  const of = new Int32Array(nodes).fill(-1);
  const index = new Int32Array(nodes); // 0 = not seen
  const low = new Int32Array(nodes);
  const next = new Int32Array(nodes);
  const path = new Int32Array(nodes); // nodes being visited, outermost first
  const open = new Int32Array(nodes); // seen and not yet in a component
  let pathLength = 0;
  let openLength = 0;
  let seen = 0;
  let count = 0;

  const enter = (node: number): void => {
    index[node] = low[node] = ++seen;
    next[node] = start[node]!;
    path[pathLength++] = node;
    open[openLength++] = node;
  };

  for (let root = 0; root < nodes; root++) {
    if (index[root] !== 0) continue;
    enter(root);
    while (pathLength > 0) {
      const node = path[pathLength - 1]!;
      const at = next[node]!;
      if (at < start[node + 1]!) {
        next[node] = at + 1;
        const target = targets[at]!;
        if (index[target] === 0) enter(target);
        else if (of[target] === -1 && index[target]! < low[node]!) low[node] = index[target]!;
        continue;
      }
      pathLength--;
      if (low[node] === index[node]) {
        let member: number;
        do {
          member = open[--openLength]!;
          of[member] = count;
        } while (member !== node);
        count++;
      }
      if (pathLength > 0) {
        const above = path[pathLength - 1]!;
        if (low[node]! < low[above]!) low[above] = low[node]!;
      }
    }
  }
  return { of, count };
}
