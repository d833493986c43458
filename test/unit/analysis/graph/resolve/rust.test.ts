import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cycles } from "../../../../../src/analysis/graph/index.ts";
import { usePaths } from "../../../../../src/analysis/graph/resolve/rust/use-tree.ts";
import { graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

const mod = (raw: string, line = 1) => ({ raw, form: "mod", line });

const crate = {
  "Cargo.toml": '[package]\nname = "my-shop"\n',
  "src/lib.rs": { imports: [mod("cart"), mod("price")] },
  "src/cart/mod.rs": { imports: [mod("items")] },
  "src/cart/items.rs": {},
  "src/price.rs": { imports: [mod("tax")] },
  "src/price/tax.rs": {},
} satisfies Record<string, Sketch | string>;

function lead(
  path: string,
  imports: Sketch["imports"],
  others: Record<string, Sketch | string> = {},
): string[] {
  const files: Record<string, Sketch | string> = { ...crate, ...others };
  const before = files[path] as Sketch | undefined;
  files[path] = { ...before, imports: [...(before?.imports ?? []), ...(imports ?? [])] };
  return leads(graphOf("rust", files), path).slice(before?.imports?.length ?? 0);
}

describe("modules of Rust", () => {
  it("stand in name.rs or name/mod.rs of the folder their parent owns", () => {
    const graph = graphOf("rust", crate);
    expect(leads(graph, "src/lib.rs")).toEqual(["src/cart/mod.rs", "src/price.rs"]);
    expect(leads(graph, "src/cart/mod.rs")).toEqual(["src/cart/items.rs"]);
    expect(leads(graph, "src/price.rs")).toEqual(["src/price/tax.rs"]);
  });

  it("that are not there are unresolved", () => {
    expect(lead("src/lib.rs", [mod("gone")])).toEqual(["unresolved"]);
  });

  it("declared by their parent and using it are no cycle, but using each other is one", () => {
    const uses = { ...crate, "src/cart/items.rs": { imports: ["super::Cart"] } };
    expect(cycles(graphOf("rust", uses))).toEqual([]);
    const both = { ...uses, "src/cart/mod.rs": { imports: [mod("items"), "self::items::Item"] } };
    expect(cycles(graphOf("rust", both))).toEqual([["src/cart/items.rs", "src/cart/mod.rs"]]);
  });

  it("hidden in a macro take the place that their path gives them", () => {
    const hidden = {
      "src/hidden/deep.rs": { imports: ["super::X", "crate::price::P"] },
      "src/hidden/mod.rs": {},
    };
    expect(leads(graphOf("rust", { ...crate, ...hidden }), "src/hidden/deep.rs")).toEqual([
      "src/hidden/mod.rs",
      "src/price.rs",
    ]);
  });
});

describe("use of Rust", () => {
  it("follows crate, self and super as far as modules go", () => {
    expect(
      lead("src/price/tax.rs", [
        "crate::cart::items::Item",
        "super::Price",
        "super::super::cart",
        "crate::Shop",
        "self::Rate",
      ]),
    ).toEqual(["src/cart/items.rs", "src/price.rs", "src/cart/mod.rs", "src/lib.rs", ""]);
  });

  it("reaches everything a tree names", () => {
    expect(lead("src/price/tax.rs", ["crate::{cart::{self, items::{Item as I, *}}, price}"])).toEqual([
      "src/cart/mod.rs src/cart/items.rs src/price.rs",
    ]);
  });

  it("sees child modules without self, and the crate from its other targets", () => {
    expect(lead("src/lib.rs", ["price::Price"])).toEqual(["src/price.rs"]);
    expect(lead("src/main.rs", ["my_shop::cart::items::Item"])).toEqual(["src/cart/items.rs"]);
    expect(lead("tests/all.rs", ["my_shop::Shop", mod("common")], { "tests/common/mod.rs": {} })).toEqual([
      "src/lib.rs",
      "tests/common/mod.rs",
    ]);
  });

  it("reaches other crates of the workspace, by their own name or an alias", () => {
    const others = {
      "Cargo.toml":
        '[package]\nname = "my-shop"\n[dependencies]\nshort = { package = "long-name", path = "crates/long" }\n',
      "crates/long/Cargo.toml": '[package]\nname = "long-name"\n[lib]\npath = "lib.rs"\n',
      "crates/long/lib.rs": { imports: [mod("a")] },
      "crates/long/a.rs": {},
    };
    expect(
      lead("src/price.rs", ["long_name::a::X", "short::a", "serde::Deserialize", "std::fmt"], others),
    ).toEqual(["crates/long/a.rs", "crates/long/a.rs", "external", "external"]);
  });

  it("inside an inline module starts from there", () => {
    const files = {
      ...crate,
      "src/price.rs": {
        imports: [mod("tax", 1), { raw: "super::*", line: 11 }, { raw: "super::super::cart", line: 12 }],
        inlineModules: [{ name: "tests", line: 10, endLine: 20 }],
      },
    };
    expect(leads(graphOf("rust", files), "src/price.rs")).toEqual([
      "src/price/tax.rs",
      "",
      "src/cart/mod.rs",
    ]);
  });

  it("survives a broken Cargo.toml and climbs no higher than the root", () => {
    expect(
      lead("src/price.rs", ["super::super::super::x", "crate::X"], { "Cargo.toml": "[package" }),
    ).toEqual(["unresolved", ""]);
  });
});

describe("the paths of a use tree", () => {
  it("are those that were put in", () => {
    const name = fc.constantFrom("a", "b", "c", "d");
    const path = fc.array(name, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 6 }), name, (paths, top) => {
        const tree = `${top}::{${paths.map((one) => one.join("::")).join(", ")}}`;
        expect(usePaths(tree)).toEqual(paths.map((one) => [top, ...one]));
      }),
    );
  });

  it("never fail on any text", () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(usePaths(text))));
  });
});
