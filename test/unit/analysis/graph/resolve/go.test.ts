import { describe, expect, it } from "vitest";
import { fileArrows, graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

const pkg = (name: string, imports: NonNullable<Sketch["imports"]> = []): Sketch => ({
  modules: [name],
  imports,
});

describe("imports of Go", () => {
  it("lead to every file of the package but its tests and the programs beside it", () => {
    const graph = graphOf("go", {
      "go.mod": "// the shop\nmodule example.com/shop // v1\n\ngo 1.22\n",
      "main.go": pkg("main", ["example.com/shop/cart", "fmt", "github.com/a/b/c", "gopkg.in/yaml.v3"]),
      "cart/a.go": pkg("cart"),
      "cart/b.go": pkg("cart"),
      "cart/b_test.go": pkg("cart"),
      "cart/x_test.go": pkg("cart_test", ["example.com/shop/cart"]),
      "cart/gen.go": pkg("main", ["example.com/shop/cart"]),
      "cart/_old.go": pkg("cart"),
    });
    expect(fileArrows(graph)).toEqual([
      "cart/gen.go → cart/a.go",
      "cart/gen.go → cart/b.go",
      "cart/x_test.go → cart/a.go",
      "cart/x_test.go → cart/b.go",
      "main.go → cart/a.go",
      "main.go → cart/b.go",
    ]);
    expect(graph.groups).toMatchObject([{ id: "cart/", kind: "package" }]);
    expect(graph.external.map(({ name }) => name)).toEqual(["fmt", "github.com/a/b", "gopkg.in/yaml.v3"]);
  });

  it("find the package at the module's root, nested modules, replaced ones and vendored ones", () => {
    const graph = graphOf("go", {
      "go.mod": "module example.com/a\n\nreplace (\n\texample.com/z v1.0.0 => ./forks/z\n)\n",
      "a.go": pkg("a"),
      "tools/go.mod": 'module "example.com/a/tools"\n',
      "tools/t.go": pkg("tools"),
      "forks/z/z.go": pkg("z"),
      "vendor/github.com/x/y/y.go": pkg("y"),
      "cmd/main.go": pkg("main", [
        "example.com/a",
        "example.com/a/tools",
        "example.com/z",
        "github.com/x/y",
        "example.com/a/gone",
      ]),
    });
    expect(leads(graph, "cmd/main.go")).toEqual([
      "a.go",
      "tools/t.go",
      "forks/z/z.go",
      "vendor/github.com/x/y/y.go",
      "unresolved",
    ]);
  });

  it("of the standard library have no prefix inside it", () => {
    const graph = graphOf("go", {
      "src/go.mod": "module std\n",
      "src/fmt/print.go": pkg("fmt", ["os", "internal/x", "unsafe"]),
      "src/os/file.go": pkg("os"),
      "src/internal/x/x.go": pkg("x"),
      "src/cmd/go.mod": "module cmd\n",
      "src/cmd/go/main.go": pkg("main", ["cmd/internal/y", "fmt"]),
      "src/cmd/internal/y/y.go": pkg("y"),
    });
    expect(leads(graph, "src/fmt/print.go")).toEqual(["src/os/file.go", "src/internal/x/x.go", "external"]);
    expect(leads(graph, "src/cmd/go/main.go")).toEqual(["src/cmd/internal/y/y.go", "src/fmt/print.go"]);
  });

  it("without go.mod start below GOPATH's src, or at the file for relative paths", () => {
    const graph = graphOf("go", {
      "src/github.com/me/a/a.go": pkg("a", ["github.com/me/b", "../b", "../../../../../x"]),
      "src/github.com/me/b/b.go": pkg("b"),
    });
    expect(leads(graph, "src/github.com/me/a/a.go")).toEqual([
      "src/github.com/me/b/b.go",
      "src/github.com/me/b/b.go",
      "unresolved",
    ]);
  });

  it("survive a go.mod that says nothing", () => {
    const graph = graphOf("go", { "go.mod": "<<<<<<< HEAD\n", "a.go": pkg("a", ["example.com/x"]) });
    expect(leads(graph, "a.go")).toEqual(["external"]);
  });
});
