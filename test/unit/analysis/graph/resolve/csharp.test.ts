import { describe, expect, it } from "vitest";
import { arrows, graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

const file = (modules: string[], types: string[], imports: NonNullable<Sketch["imports"]> = []): Sketch => ({
  modules,
  types,
  imports,
});

const shop = {
  "Cart/Cart.cs": file(["Shop.Cart"], ["Cart"]),
  "Cart/Item.cs": file(["Shop.Cart"], ["Item"]),
  "Money.cs": file(["Shop.Pricing"], ["Money"]),
};

describe("using directives of C#", () => {
  it("open a namespace: all files that declare it, one group", () => {
    const graph = graphOf("csharp", {
      ...shop,
      "Main.cs": file(["App"], ["Main"], ["Shop.Cart", "Shop.Pricing"]),
    });
    expect(arrows(graph)).toEqual(["Main.cs → Money.cs", "Main.cs → namespace:Shop.Cart"]);
  });

  it("with static or an alias lead to the type's file", () => {
    const imports = [
      { raw: "Shop.Pricing.Money", form: "static" },
      { raw: "M = global::Shop.Cart.Item" },
      { raw: "Shop.Cart.Item", form: "alias" },
      { raw: "Shop.Cart.Gone", form: "alias" },
    ];
    expect(
      leads(graphOf("csharp", { ...shop, "Main.cs": file(["App"], ["Main"], imports) }), "Main.cs"),
    ).toEqual(["Money.cs", "Cart/Item.cs", "Cart/Item.cs", "unresolved"]);
  });

  it("of the file's own namespace, or of one that only holds others, add nothing", () => {
    const own = file(["Shop.Cart"], ["X"], ["Shop.Cart", "Shop"]);
    expect(leads(graphOf("csharp", { ...shop, "X.cs": own }), "X.cs")).toEqual(["", ""]);
  });

  it("of System stay the framework's where a project back-ports a type", () => {
    const files = {
      ...shop,
      "Polyfill.cs": file(["System"], ["Index"]),
      "Main.cs": file(["App"], ["Main"], ["System", "System.Text"]),
    };
    const graph = graphOf("csharp", files);
    expect(leads(graph, "Main.cs")).toEqual(["external", "external"]);
    expect(graph.external.map(({ name }) => name)).toEqual(["System", "System.Text"]);
  });

  it("read namespaces written inside each other", () => {
    const files = { "A.cs": file(["Shop", "Inner"], ["A"]), "B.cs": file(["B"], ["B"], ["Shop.Inner"]) };
    expect(arrows(graphOf("csharp", files))).toEqual(["B.cs → A.cs"]);
  });
});
