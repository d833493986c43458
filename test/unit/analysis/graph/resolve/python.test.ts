import { describe, expect, it } from "vitest";
import { graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

function lead(from: string, imports: Sketch["imports"], others: Record<string, Sketch | string>): string[] {
  return leads(graphOf("python", { ...others, [from]: { imports: imports! } }), from);
}

const shop = {
  "shop/__init__.py": {},
  "shop/models.py": {},
  "shop/cart/__init__.py": {},
  "shop/cart/items.py": {},
};

describe("absolute imports of Python", () => {
  it("lead to modules and to packages' own files", () => {
    expect(lead("main.py", ["shop", "shop.models", "shop.cart.items", "os.path", "requests"], shop)).toEqual([
      "shop/__init__.py",
      "shop/models.py",
      "shop/cart/items.py",
      "external",
      "external",
    ]);
  });

  it("lead to the members that are modules, and to the package for the others", () => {
    expect(
      lead(
        "main.py",
        [
          { raw: "shop", members: ["models", "cart"] },
          { raw: "shop", members: ["models", "VERSION"] },
          { raw: "shop.models", members: ["Order"] },
          { raw: "shop.cart", members: ["*"] },
        ],
        shop,
      ),
    ).toEqual([
      "shop/models.py shop/cart/__init__.py",
      "shop/models.py shop/__init__.py",
      "shop/models.py",
      "shop/cart/__init__.py",
    ]);
  });

  it("of the project that lead nowhere are unresolved", () => {
    expect(lead("main.py", ["shop.gone", { raw: "shop.gone", members: ["x"] }], shop)).toEqual([
      "unresolved",
      "unresolved",
    ]);
  });

  it("find the src layout from tests, and packages where a manifest puts them", () => {
    const files = {
      "pyproject.toml": '[tool.setuptools.packages.find]\nwhere = ["source"]\n',
      "src/one/__init__.py": {},
      "source/two/__init__.py": {},
      "old/setup.cfg": "[options]\npackage_dir =\n    = python\n",
      "old/python/three/__init__.py": {},
    };
    expect(lead("tests/test_x.py", ["one", "two", "three"], files)).toEqual([
      "src/one/__init__.py",
      "source/two/__init__.py",
      "old/python/three/__init__.py",
    ]);
  });

  it("survive a broken pyproject.toml", () => {
    expect(lead("a.py", ["b"], { "pyproject.toml": "[tool.", "b.py": {} })).toEqual(["b.py"]);
  });

  it("find namespace packages, which have no file of their own", () => {
    const files = { "acme/tools/hammer.py": {}, "acme/__init__.pyi": {} };
    expect(
      lead("main.py", ["acme.tools.hammer", { raw: "acme.tools", members: ["hammer"] }, "acme.tools"], files),
    ).toEqual(["acme/tools/hammer.py", "acme/tools/hammer.py", ""]);
  });

  it("see the folder of a script only from inside it", () => {
    const files = { "examples/one/json.py": {}, "examples/one/helper.py": {}, "lib2/x.py": {} };
    expect(lead("examples/one/run.py", ["helper", "json"], files)).toEqual([
      "examples/one/helper.py",
      "examples/one/json.py",
    ]);
    expect(lead("lib2/y.py", ["helper", "json"], files)).toEqual(["external", "external"]);
  });

  it("prefer a package to a module, and a source to its stub", () => {
    expect(lead("m.py", ["a", "b"], { "a.py": {}, "a/__init__.py": {}, "b.py": {}, "b.pyi": {} })).toEqual([
      "a/__init__.py",
      "b.py",
    ]);
  });
});

describe("relative imports of Python", () => {
  it("start at the package of the file and climb by dots", () => {
    expect(
      lead(
        "shop/cart/total.py",
        [
          ".items",
          { raw: ".", members: ["items"] },
          { raw: "..", members: ["models"] },
          { raw: "..models", members: ["Order"] },
          { raw: ".", members: ["VERSION"] },
          ".gone",
          "....x",
        ],
        shop,
      ),
    ).toEqual([
      "shop/cart/items.py",
      "shop/cart/items.py",
      "shop/models.py",
      "shop/models.py",
      "shop/cart/__init__.py",
      "unresolved",
      "unresolved",
    ]);
  });

  it("of a package's own names add no dependency", () => {
    expect(
      lead(
        "shop/__init__.py",
        [
          { raw: ".", members: ["models"] },
          { raw: "shop", members: ["x"] },
        ],
        shop,
      ),
    ).toEqual(["shop/models.py", ""]);
  });
});
