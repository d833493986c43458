import { describe, expect, it } from "vitest";
import { arrows, graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

const file = (name: string, types: string[], imports: NonNullable<Sketch["imports"]> = []): Sketch => ({
  modules: [name],
  types,
  imports,
});

const shop = {
  "src/main/java/shop/cart/Cart.java": file("shop.cart", ["Cart", "CartHelper"]),
  "src/main/java/shop/cart/Item.java": file("shop.cart", ["Item"]),
  "src/main/java/shop/Money.java": file("shop", ["Money"]),
};

describe("imports of Java", () => {
  it("lead to the file that declares the class, also for nested classes and static members", () => {
    const main = file(
      "shop",
      ["Main"],
      [
        "shop.cart.Cart",
        "shop.cart.CartHelper",
        "shop.cart.Item.Builder",
        { raw: "shop.Money.of", form: "static" },
        { raw: "shop.cart.Cart.*", form: "static" },
        "shop.cart.Gone",
      ],
    );
    expect(
      leads(
        graphOf("java", { ...shop, "src/main/java/shop/Main.java": main }),
        "src/main/java/shop/Main.java",
      ),
    ).toEqual([
      "src/main/java/shop/cart/Cart.java",
      "src/main/java/shop/cart/Cart.java",
      "src/main/java/shop/cart/Item.java",
      "src/main/java/shop/Money.java",
      "src/main/java/shop/cart/Cart.java",
      "unresolved",
    ]);
  });

  it("with a star open the package as a group", () => {
    const graph = graphOf("java", { ...shop, "Main.java": file("", ["Main"], ["shop.cart.*"]) });
    expect(arrows(graph)).toEqual(["Main.java → namespace:shop.cart"]);
    expect(graph.groups[0]?.members).toHaveLength(2);
  });

  it("of one's own package add nothing", () => {
    const own = file("shop.cart", ["X"], ["shop.cart.*", "shop.cart.X"]);
    expect(
      leads(
        graphOf("java", { ...shop, "src/main/java/shop/cart/X.java": own }),
        "src/main/java/shop/cart/X.java",
      ),
    ).toEqual(["", ""]);
  });

  it("take the nearest of several source sets, and name the rest alternatives", () => {
    const graph = graphOf("java", {
      "android/Api.java": file("net", ["Api"]),
      "desktop/Api.java": file("net", ["Api"]),
      "desktop/app/Main.java": file("app", ["Main"], ["net.Api"]),
      "common/Use.java": file("common", ["Use"], ["net.Api"]),
    });
    expect(arrows(graph)).toEqual([
      "common/Use.java → alternatives:net.Api",
      "desktop/app/Main.java → desktop/Api.java",
    ]);
  });

  it("from outside are counted by package", () => {
    const graph = graphOf("java", {
      "A.java": file(
        "",
        ["A"],
        [
          "java.util.List",
          "java.util.Map.Entry",
          { raw: "org.junit.Assert.assertEquals", form: "static" },
          "javax.swing.*",
        ],
      ),
    });
    expect(graph.external.map(({ name, imports }) => [name, imports])).toEqual([
      ["java.util", 2],
      ["javax.swing", 1],
      ["org.junit", 1],
    ]);
  });
});
