import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromPairs, reverse, row } from "../../../../src/analysis/graph/adjacency.ts";
import { stronglyConnected } from "../../../../src/analysis/graph/components.ts";
import { layersOf } from "../../../../src/analysis/graph/layers.ts";

const randomGraph = fc.integer({ min: 1, max: 24 }).chain((nodes) =>
  fc.record({
    nodes: fc.constant(nodes),
    edges: fc.array(fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1)), { maxLength: nodes * 3 }),
  }),
);

function adjacency(nodes: number, edges: readonly (readonly [number, number])[]) {
  return fromPairs(
    nodes,
    edges.map(([from]) => from),
    edges.map(([, to]) => to),
  );
}

/** Warshall's closure: `reaches[a][b]`. */
function closure(nodes: number, edges: readonly (readonly [number, number])[]): boolean[][] {
  const reaches = Array.from({ length: nodes }, (_, a) => Array.from({ length: nodes }, (_, b) => a === b));
  for (const [from, to] of edges) reaches[from]![to] = true;
  for (let via = 0; via < nodes; via++) {
    for (let a = 0; a < nodes; a++) {
      for (let b = 0; b < nodes; b++) reaches[a]![b] ||= reaches[a]![via]! && reaches[via]![b]!;
    }
  }
  return reaches;
}

describe("adjacency", () => {
  it("holds each edge once, targets ascending, whatever the order of the pairs", () => {
    fc.assert(
      fc.property(randomGraph, ({ nodes, edges }) => {
        const rows = adjacency(nodes, edges);
        for (let node = 0; node < nodes; node++) {
          const expected = [...new Set(edges.filter(([from]) => from === node).map(([, to]) => to))];
          expect([...row(rows, node)]).toEqual(expected.sort((a, b) => a - b));
        }
      }),
    );
  });

  it("turned round twice is itself", () => {
    fc.assert(
      fc.property(randomGraph, ({ nodes, edges }) => {
        const rows = adjacency(nodes, edges);
        expect(reverse(reverse(rows))).toEqual(rows);
      }),
    );
  });
});

describe("strongly connected components", () => {
  it("are the nodes that reach each other, as a naive closure finds them", () => {
    fc.assert(
      fc.property(randomGraph, ({ nodes, edges }) => {
        const { of } = stronglyConnected(adjacency(nodes, edges));
        const reaches = closure(nodes, edges);
        for (let a = 0; a < nodes; a++) {
          for (let b = 0; b < nodes; b++) {
            expect(of[a] === of[b]).toBe(reaches[a]![b]! && reaches[b]![a]!);
          }
        }
      }),
    );
  });

  it("are numbered after everything they lead to", () => {
    fc.assert(
      fc.property(randomGraph, ({ nodes, edges }) => {
        const { of } = stronglyConnected(adjacency(nodes, edges));
        for (const [from, to] of edges) expect(of[from]!).toBeGreaterThanOrEqual(of[to]!);
      }),
    );
  });

  it("are found in a chain of 100,000 files that ends where it began", () => {
    const nodes = 100_000;
    const from = Array.from({ length: nodes }, (_, node) => node);
    const ring = from.map((node) => (node + 1) % nodes);
    expect(stronglyConnected(fromPairs(nodes, from, ring)).count).toBe(1);
    const chain = fromPairs(nodes, from.slice(1), from.slice(0, -1));
    const components = stronglyConnected(chain);
    expect(components.count).toBe(nodes);
    expect(layersOf(chain, components, nodes).at(-1)).toBe(nodes - 1);
  });

  it("are found among a million edges within seconds", () => {
    const nodes = 100_000;
    let state = 1;
    const next = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % nodes;
    const from = Array.from({ length: 1_000_000 }, next);
    const to = Array.from({ length: 1_000_000 }, next);
    // Time of the processor: what else runs on the machine does not matter.
    const before = process.cpuUsage();
    const { count } = stronglyConnected(fromPairs(nodes, from, to));
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
    expect(count).toBeLessThan(nodes);
  });
});

describe("layers", () => {
  it("put every file above what it imports, unless they import each other", () => {
    fc.assert(
      fc.property(randomGraph, ({ nodes, edges }) => {
        const rows = adjacency(nodes, edges);
        const components = stronglyConnected(rows);
        const layers = layersOf(rows, components, nodes);
        for (const [from, to] of edges) {
          if (components.of[from] === components.of[to]) expect(layers[from]).toBe(layers[to]);
          else expect(layers[from]!).toBeGreaterThan(layers[to]!);
        }
      }),
    );
  });

  it("are no higher than the longest chain of imports", () => {
    const rows = adjacency(5, [
      [4, 3],
      [3, 2],
      [4, 0],
      [1, 0],
    ]);
    expect([...layersOf(rows, stronglyConnected(rows), 5)]).toEqual([0, 1, 0, 1, 2]);
  });
});
