import { describe, expect, it } from "vitest";
import { arrows, graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

const file = (
  module: string | undefined,
  types: string[],
  imports: NonNullable<Sketch["imports"]> = [],
): Sketch => ({
  modules: module === undefined ? [] : [module],
  types,
  imports,
});
const include = (raw: string) => ({ raw, form: "require_once" });

const shop = {
  "composer.json": JSON.stringify({
    autoload: { "psr-4": { "Shop\\": ["src/", "lib"] }, "psr-0": { Old_: "legacy" } },
    require: { "shop/http-client": "^1" },
  }),
  "src/Cart/Cart.php": file("Shop\\Cart", ["Cart"]),
  "src/Cart/Item.php": file("Shop\\Cart", ["Item"]),
  "src/functions.php": file("Shop", []),
  "lib/Unparsed.php": {},
  "legacy/Old/Thing.php": {},
};

function lead(
  path: string,
  imports: Sketch["imports"],
  others: Record<string, Sketch | string> = {},
): string[] {
  return leads(graphOf("php", { ...shop, ...others, [path]: file("App", ["Main"], imports) }), path);
}

describe("use of PHP", () => {
  it("leads to the file that declares the class, whatever the case, and by PSR-4 and PSR-0", () => {
    expect(
      lead("app/Main.php", [
        "Shop\\Cart\\Cart",
        "shop\\cart\\ITEM",
        "Shop\\Unparsed",
        "Old_Thing",
        "\\Shop\\Cart\\Item as I",
      ]),
    ).toEqual([
      "src/Cart/Cart.php",
      "src/Cart/Item.php",
      "lib/Unparsed.php",
      "legacy/Old/Thing.php",
      "src/Cart/Item.php",
    ]);
  });

  it("reads groups, functions and whole namespaces", () => {
    expect(
      lead("app/Main.php", [
        { raw: "Shop\\Cart", members: ["Cart", "Item"] },
        "Shop\\Cart\\{Cart, Item as I}",
        { raw: "Shop\\format", form: "function" },
        "Shop\\Cart",
      ]),
    ).toEqual([
      "src/Cart/Cart.php src/Cart/Item.php",
      "src/Cart/Cart.php src/Cart/Item.php",
      "src/functions.php",
      "namespace:Shop\\Cart",
    ]);
  });

  it("tells a missing class of the project from a package that shares its prefix", () => {
    expect(
      lead("app/Main.php", ["Shop\\Cart\\Gone", "Shop\\Http\\Client", "Symfony\\Component\\Yaml\\Yaml"]),
    ).toEqual(["unresolved", "external", "external"]);
  });

  it("survives a broken composer.json", () => {
    expect(lead("app/Main.php", ["Shop\\Cart\\Cart", "Shop\\Unparsed"], { "composer.json": "{" })).toEqual([
      "src/Cart/Cart.php",
      "unresolved",
    ]);
  });
});

describe("require of PHP", () => {
  it("follows the file's own folder in its spellings", () => {
    const files = { "inc/a.php": {}, "inc/deep/b.php": {}, "boot.php": {} };
    expect(
      lead(
        "inc/deep/main.php",
        [
          include("__DIR__ . '/b.php'"),
          include("__DIR__.'/../a.php'"),
          include('dirname(__FILE__) . "/b.php"'),
          include("dirname(__DIR__) . '/a.php'"),
          include("dirname(__DIR__, 2) . '/boot.php'"),
          include("dirname(dirname(__FILE__)).'/a.php'"),
          include("__DIR__ . '/gone.php'"),
          include("__DIR__ . '/../../vendor/autoload.php'"),
        ],
        files,
      ),
    ).toEqual([
      "inc/deep/b.php",
      "inc/a.php",
      "inc/deep/b.php",
      "inc/a.php",
      "boot.php",
      "inc/a.php",
      "unresolved",
      "external",
    ]);
  });

  it("follows plain paths and what stands behind a constant, and not what is computed", () => {
    const files = { "wp-includes/load.php": {}, "b.php": {} };
    expect(
      lead(
        "admin/main.php",
        [
          include("../b.php"),
          include("'b.php'"),
          include("ABSPATH . 'wp-includes/load.php'"),
          include("$file"),
          include("/etc/x.php"),
          include("../../../x.php"),
        ],
        files,
      ),
    ).toEqual(["b.php", "b.php", "wp-includes/load.php", "unresolved", "external", "unresolved"]);
  });
});

it("classes without a namespace are found by name, the nearest first", () => {
  const graph = graphOf("php", {
    "a/User.php": file(undefined, ["User"]),
    "b/User.php": file(undefined, ["User"]),
    "b/main.php": file(undefined, [], ["User"]),
  });
  expect(arrows(graph)).toEqual(["b/main.php → b/User.php"]);
});
