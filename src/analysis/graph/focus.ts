import { row } from "./adjacency.ts";
import type { Graph } from "./build.ts";
import { numberOf } from "./report.ts";

export interface Reached {
  path: string;
  /** Imports in between, counted along the shortest way: 1 = direct. */
  depth: number;
}

export interface Focus {
  path: string;
  dependsOn: Reach;
  /** What a change of the file may touch: its blast radius. */
  dependedOnBy: Reach;
}

export interface Reach {
  /** Files at depth 1, in the order of their paths. */
  direct: string[];
  /** All of them, by depth and path. */
  transitive: Reached[];
}

/** What a file depends on and what depends on it; undefined if the project has no such file. */
export function focus(graph: Graph, path: string): Focus | undefined {
  const node = numberOf(graph, path);
  if (node === undefined) return undefined;
  return { path, dependsOn: reach(graph, node, "out"), dependedOnBy: reach(graph, node, "in") };
}

function reach(graph: Graph, start: number, direction: "out" | "in"): Reach {
  const files = graph.files.length;
  const depth = new Int32Array(graph.files.length + graph.groups.length).fill(-1);
  depth[start] = 0;
  let level = [start];
  const transitive: Reached[] = [];
  while (level.length > 0) {
    const next: number[] = [];
    const visit = (from: number, at: number): void => {
      for (const node of row(graph[direction], from)) {
        if (depth[node] !== -1) continue;
        depth[node] = at;
        // A group is a step of no length: what lies behind it is as near.
        if (node >= files) visit(node, at);
        else next.push(node);
      }
    };
    for (const node of level) visit(node, depth[node]! + 1);
    next.sort((a, b) => a - b);
    for (const node of next) transitive.push({ path: graph.files[node]!.path, depth: depth[node]! });
    level = next;
  }
  return { direct: transitive.filter((one) => one.depth === 1).map((one) => one.path), transitive };
}
