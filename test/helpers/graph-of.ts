import { buildGraph, edges, fileEdges, type Graph, resolutions } from "../../src/analysis/graph/index.ts";
import type { ProjectFile, Strategy } from "../../src/analysis/graph/types.ts";

/** A file in a few words: imports as `raw`, `form:raw` where `forms` says so, or whole facts. */
export interface Sketch {
  imports?: readonly (string | { raw: string; form?: string; members?: string[]; line?: number })[];
  modules?: readonly string[];
  types?: readonly string[];
  inlineModules?: ProjectFile["inlineModules"];
  text?: string;
}

/** Builds the graph of a project in memory; a plain text is the text of a manifest. */
export function graphOf(strategy: Strategy, sketches: Readonly<Record<string, Sketch | string>>): Graph {
  const files = Object.entries(sketches).map(([path, given]): ProjectFile => {
    const sketch = typeof given === "string" ? { text: given } : given;
    return {
      path,
      language: strategy,
      imports: (sketch.imports ?? []).map((one, at) =>
        typeof one === "string" ? { raw: one, line: at + 1 } : { line: at + 1, ...one },
      ),
      modules: sketch.modules ?? [],
      types: sketch.types ?? [],
      ...(sketch.inlineModules === undefined ? {} : { inlineModules: sketch.inlineModules }),
    };
  });
  return buildGraph({
    files,
    readText: (path) => {
      const sketch = sketches[path];
      return typeof sketch === "string" ? sketch : sketch?.text;
    },
    strategyOf: () => strategy,
  });
}

/** Edges as `from → to`, groups named. */
export function arrows(graph: Graph): string[] {
  return [...edges(graph)].map(({ from, to }) => `${from} → ${to}`);
}

/** Edges as `from → to`, groups spelt out. */
export function fileArrows(graph: Graph): string[] {
  return [...fileEdges(graph)].map(({ from, to }) => `${from} → ${to}`);
}

/** What the imports of one file lead to: paths, or the kind. */
export function leads(graph: Graph, path: string): string[] {
  const file = graph.files.findIndex((one) => one.path === path);
  return resolutions(graph, file).map(({ kind, targets }) =>
    kind === "resolved" ? targets.join(" ") : kind,
  );
}
