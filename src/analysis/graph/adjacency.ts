/** Edges in compressed rows: the targets of node `n` are `targets[start[n]] … targets[start[n + 1] - 1]`, ascending. */
export interface Adjacency {
  start: Int32Array;
  targets: Int32Array;
}

/** Rows from pairs; an edge written several times counts once. */
export function fromPairs(nodes: number, from: ArrayLike<number>, to: ArrayLike<number>): Adjacency {
  const once = scatter(nodes, from, to);
  // Scattering twice sorts: the rows of the reverse are filled in ascending order of their targets.
  return unique(reverse(reverse(once)));
}

/** Every edge turned round. */
export function reverse({ start, targets }: Adjacency): Adjacency {
  const nodes = start.length - 1;
  const sources = new Int32Array(targets.length);
  for (let node = 0; node < nodes; node++) sources.fill(node, start[node], start[node + 1]);
  return scatter(nodes, targets, sources);
}

function scatter(nodes: number, from: ArrayLike<number>, to: ArrayLike<number>): Adjacency {
  const start = new Int32Array(nodes + 1);
  for (let i = 0; i < from.length; i++) start[from[i]! + 1]!++;
  for (let node = 0; node < nodes; node++) start[node + 1]! += start[node]!;
  const next = start.slice();
  const targets = new Int32Array(from.length);
  for (let i = 0; i < from.length; i++) targets[next[from[i]!]!++] = to[i]!;
  return { start, targets };
}

function unique({ start, targets }: Adjacency): Adjacency {
  const nodes = start.length - 1;
  const kept = new Int32Array(nodes + 1);
  let write = 0;
  for (let node = 0; node < nodes; node++) {
    const first = write;
    for (let at = start[node]!; at < start[node + 1]!; at++) {
      const target = targets[at]!;
      if (write === first || targets[write - 1] !== target) targets[write++] = target;
    }
    kept[node + 1] = write;
  }
  return { start: kept, targets: targets.slice(0, write) };
}

export function row({ start, targets }: Adjacency, node: number): Int32Array {
  return targets.subarray(start[node], start[node + 1]);
}
