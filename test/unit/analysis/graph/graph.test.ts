import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildGraph,
  cycles,
  fileEdges,
  fans,
  focus,
  resolutions,
} from "../../../../src/analysis/graph/index.ts";
import { arrows, fileArrows, graphOf } from "../../../helpers/graph-of.ts";

const small = () =>
  graphOf("javascript", {
    "app.js": { imports: ["./a.js", "./b.js", "react", "react", "node:fs", "./gone.js"] },
    "a.js": { imports: ["./b.js"] },
    "b.js": { imports: ["./c.js"] },
    "c.js": { imports: ["./b.js"] },
    "self.js": { imports: ["./self.js"] },
    "alone.js": {},
  });

describe("the graph", () => {
  it("lists every edge once, by path", () => {
    expect(arrows(small())).toEqual([
      "a.js → b.js",
      "app.js → a.js",
      "app.js → b.js",
      "b.js → c.js",
      "c.js → b.js",
      "self.js → self.js",
    ]);
  });

  it("finds files that import each other, and files that import themselves", () => {
    expect(cycles(small())).toEqual([["b.js", "c.js"], ["self.js"]]);
  });

  it("lays files in layers from those that import nothing", () => {
    const graph = small();
    const layers = Object.fromEntries(graph.files.map(({ path }, node) => [path, graph.layers[node]]));
    expect(layers).toEqual({ "a.js": 1, "alone.js": 0, "app.js": 2, "b.js": 0, "c.js": 0, "self.js": 0 });
  });

  it("counts who imports a file and what it imports", () => {
    const graph = small();
    const { fanIn, fanOut } = fans(graph);
    const of = (path: string) => graph.files.findIndex((file) => file.path === path);
    expect([fanIn[of("b.js")], fanOut[of("b.js")], fanOut[of("app.js")]]).toEqual([3, 1, 2]);
  });

  it("counts packages from outside by imports and files, and what leads nowhere", () => {
    const graph = small();
    expect(graph.external).toEqual([
      { strategy: "javascript", name: "react", imports: 2, files: 1 },
      { strategy: "javascript", name: "node:fs", imports: 1, files: 1 },
    ]);
    expect(graph.imports).toEqual({ resolved: 6, external: 3, unresolved: 1 });
    const app = graph.files.findIndex(({ path }) => path === "app.js");
    expect(resolutions(graph, app).map(({ kind }) => kind)).toEqual([
      "resolved",
      "resolved",
      "external",
      "external",
      "external",
      "unresolved",
    ]);
  });

  it("is the same for files in any order", () => {
    const sketch = small().files;
    const build = (files: typeof sketch) => {
      const graph = buildGraph({ files, readText: () => undefined, strategyOf: () => "javascript" });
      return { arrows: arrows(graph), cycles: cycles(graph), layers: [...graph.layers] };
    };
    fc.assert(
      fc.property(fc.shuffledSubarray([...sketch], { minLength: sketch.length }), (shuffled) => {
        expect(build(shuffled)).toEqual(build(sketch));
      }),
    );
  });

  it("of a project without files is empty", () => {
    const graph = graphOf("javascript", {});
    expect([arrows(graph), cycles(graph), graph.external]).toEqual([[], [], []]);
  });

  it("leaves imports of a language without a strategy unresolved", () => {
    const graph = buildGraph({
      files: [{ path: "a.x", language: "x", imports: [{ raw: "b", line: 1 }], modules: [], types: [] }],
      readText: () => undefined,
    });
    expect(graph.imports.unresolved).toBe(1);
  });
});

describe("focus", () => {
  it("tells what a file depends on, nearest first", () => {
    expect(focus(small(), "app.js")?.dependsOn).toEqual({
      direct: ["a.js", "b.js"],
      transitive: [
        { path: "a.js", depth: 1 },
        { path: "b.js", depth: 1 },
        { path: "c.js", depth: 2 },
      ],
    });
  });

  it("tells what a change may touch", () => {
    expect(focus(small(), "c.js")?.dependedOnBy).toEqual({
      direct: ["b.js"],
      transitive: [
        { path: "b.js", depth: 1 },
        { path: "a.js", depth: 2 },
        { path: "app.js", depth: 2 },
      ],
    });
  });

  it("of a file the project does not have is nothing", () => {
    expect(focus(small(), "nope.js")).toBeUndefined();
  });
});

const shop = () =>
  graphOf("go", {
    "go.mod": "module example.com/shop\n",
    "main.go": { imports: ["example.com/shop/cart"], modules: ["main"] },
    "cart/add.go": { modules: ["cart"], imports: ["example.com/shop/price"] },
    "cart/remove.go": { modules: ["cart"] },
    "cart/add_test.go": { modules: ["cart"] },
    "price/price.go": { modules: ["price"] },
  });

describe("a package that is imported as a whole", () => {
  it("is one target, and each of its files counts the importer", () => {
    const graph = shop();
    expect(arrows(graph)).toEqual(["cart/add.go → price/price.go", "main.go → cart/"]);
    expect(fileArrows(graph)).toEqual([
      "cart/add.go → price/price.go",
      "main.go → cart/add.go",
      "main.go → cart/remove.go",
    ]);
    const { fanIn, fanOut } = fans(graph);
    const byPath = Object.fromEntries(
      graph.files.map(({ path }, node) => [path, [fanIn[node], fanOut[node]]]),
    );
    expect(byPath).toMatchObject({ "cart/add.go": [1, 1], "cart/remove.go": [1, 0], "main.go": [0, 1] });
  });

  it("stays one target in the list of files where the caller wants it so", () => {
    const kept = [...fileEdges(shop(), { keep: ({ kind }) => kind === "package" })];
    expect(kept.map(({ to }) => to)).toEqual(["price/price.go", "cart/"]);
  });

  it("is a step of no length for focus", () => {
    expect(focus(shop(), "price/price.go")?.dependedOnBy.transitive).toEqual([
      { path: "cart/add.go", depth: 1 },
      { path: "main.go", depth: 2 },
    ]);
    expect(focus(shop(), "main.go")?.dependsOn.direct).toEqual(["cart/add.go", "cart/remove.go"]);
  });

  it("stands in the layers where its highest file does", () => {
    const graph = shop();
    const layers = Object.fromEntries(graph.files.map(({ path }, node) => [path, graph.layers[node]]));
    expect(layers).toMatchObject({
      "main.go": 2,
      "cart/add.go": 1,
      "cart/remove.go": 0,
      "price/price.go": 0,
    });
  });
});

it("an import of types alone is an edge but closes no cycle, unless there is another beside it", () => {
  const types = { raw: "./a", form: "type" };
  const graph = graphOf("javascript", { "a.ts": { imports: ["./b"] }, "b.ts": { imports: [types] } });
  expect(arrows(graph)).toEqual(["a.ts → b.ts", "b.ts → a.ts"]);
  expect(cycles(graph)).toEqual([]);
  const both = graphOf("javascript", {
    "a.ts": { imports: ["./b"] },
    "b.ts": { imports: [types, "./a"] },
  });
  expect(cycles(both)).toEqual([["a.ts", "b.ts"]]);
});

it("namespaces that open each other are no proof of a cycle", () => {
  const graph = graphOf("csharp", {
    "A1.cs": { modules: ["A"], types: ["A1"], imports: ["B"] },
    "A2.cs": { modules: ["A"], types: ["A2"] },
    "B1.cs": { modules: ["B"], types: ["B1"], imports: ["A"] },
    "B2.cs": { modules: ["B"], types: ["B2"] },
  });
  expect(arrows(graph)).toEqual(["A1.cs → namespace:B", "B1.cs → namespace:A"]);
  expect(cycles(graph)).toEqual([]);
});
