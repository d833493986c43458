import type { Adjacency } from "./adjacency.ts";
import type { Components } from "./components.ts";

/**
 * Layer of each node: the longest path below it over the components, so that every file stands above everything
 * it imports and files that lead to each other share a layer. Groups add nothing: they stand as high as their members.
 */
export function layersOf(
  { start, targets }: Adjacency,
  { of, count }: Components,
  files: number,
): Int32Array {
  const nodes = of.length;
  // Components are numbered after everything they lead to, so visiting in that order needs no recursion.
  const first = new Int32Array(count + 1);
  for (let node = 0; node < nodes; node++) first[of[node]! + 1]!++;
  for (let one = 0; one < count; one++) first[one + 1]! += first[one]!;
  const next = first.slice();
  const members = new Int32Array(nodes);
  for (let node = 0; node < nodes; node++) members[next[of[node]!]!++] = node;

  const height = new Int32Array(count);
  for (let one = 0; one < count; one++) {
    let highest = 0;
    for (let at = first[one]!; at < first[one + 1]!; at++) {
      const node = members[at]!;
      for (let edge = start[node]!; edge < start[node + 1]!; edge++) {
        const below = of[targets[edge]!]!;
        if (below === one) continue;
        // A group that stands alone hands on the layer of its members.
        highest = Math.max(highest, height[below]! + (isGroup(one) ? 0 : 1));
      }
    }
    height[one] = highest;
  }
  return Int32Array.from(of, (component) => height[component]!);

  function isGroup(component: number): boolean {
    const size = first[component + 1]! - first[component]!;
    return size === 1 && members[first[component]!]! >= files;
  }
}
