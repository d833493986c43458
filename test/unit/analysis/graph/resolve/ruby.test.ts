import { describe, expect, it } from "vitest";
import { graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

const gem = [
  "lib/shop.rb",
  "lib/shop/cart.rb",
  "lib/shop/cart/item.rb",
  "test/test_helper.rb",
  "app/models/user.rb",
  "tasks/x.rake",
  "lib/minitest/shop_plugin.rb",
];

function lead(path: string, imports: Sketch["imports"]): string[] {
  const files: Record<string, Sketch> = Object.fromEntries(gem.map((one) => [one, {}]));
  return leads(graphOf("ruby", { ...files, [path]: { imports: imports! } }), path);
}

describe("requires of Ruby", () => {
  it("are found on the load path by convention", () => {
    expect(
      lead("test/cart_test.rb", [
        "shop",
        "shop/cart/item",
        "test_helper",
        "models/user",
        "user",
        "shop/cart.rb",
      ]),
    ).toEqual([
      "lib/shop.rb",
      "lib/shop/cart/item.rb",
      "test/test_helper.rb",
      "app/models/user.rb",
      "app/models/user.rb",
      "lib/shop/cart.rb",
    ]);
  });

  it("relative ones start at the file", () => {
    const form = "require_relative";
    expect(
      lead("lib/shop/x.rb", [
        { raw: "cart/item", form },
        { raw: "../shop", form },
        { raw: "gone", form },
        { raw: "../../../x", form },
      ]),
    ).toEqual(["lib/shop/cart/item.rb", "lib/shop.rb", "unresolved", "unresolved"]);
  });

  it("load finds files from the folders above", () => {
    expect(
      lead("lib/shop/y.rb", [
        { raw: "tasks/x.rake", form: "load" },
        { raw: "./tasks/x.rake", form: "load" },
      ]),
    ).toEqual(["tasks/x.rake", "tasks/x.rake"]);
  });

  it("tell a missing file of the gem from another gem that it extends", () => {
    expect(lead("lib/shop/z.rb", ["shop/gone", "minitest/mock", "json", "x/#{name}", "/abs/y"])).toEqual([
      "unresolved",
      "external",
      "external",
      "unresolved",
      "external",
    ]);
  });
});
