import { describe, expect, it } from "vitest";
import { graphOf, leads, type Sketch } from "../../../../helpers/graph-of.ts";

/** Where the imports of `from` lead in a project of the given files. */
function lead(from: string, imports: Sketch["imports"], others: Record<string, Sketch | string>): string[] {
  return leads(graphOf("javascript", { ...others, [from]: { imports: imports! } }), from);
}

const json = (value: unknown): string => JSON.stringify(value);

describe("relative imports of JavaScript and TypeScript", () => {
  it("find the file with or without its extension, or the index of a folder", () => {
    expect(
      lead("src/a.js", ["./b", "./b.js", "./c", "./c/", "..", "../x.json", "."], {
        "src/b.js": {},
        "src/c/index.js": {},
        "index.js": {},
        "x.json": "{}",
        "src/index.js": {},
      }),
    ).toEqual([
      "src/b.js",
      "src/b.js",
      "src/c/index.js",
      "src/c/index.js",
      "index.js",
      "x.json",
      "src/index.js",
    ]);
  });

  it("find the TypeScript source where the JavaScript file is written", () => {
    expect(
      lead("a.ts", ["./b.js", "./c.mjs", "./d.cjs", "./e.jsx", "./f.js"], {
        "b.ts": {},
        "c.mts": {},
        "d.cts": {},
        "e.tsx": {},
        "f.js": {},
        "f.d.ts": {},
      }),
    ).toEqual(["b.ts", "c.mts", "d.cts", "e.tsx", "f.js"]);
  });

  it("find what was built from the TypeScript file that published declarations still name", () => {
    expect(
      lead("dist/a.d.ts", ["./b.ts", "./c.mts"], { "dist/b.js": {}, "dist/b.d.ts": {}, "dist/c.d.mts": {} }),
    ).toEqual(["dist/b.js", "dist/c.d.mts"]);
  });

  it("prefer the language of the file that imports", () => {
    const both = { "b.ts": {}, "b.js": {} };
    expect(lead("a.ts", ["./b"], both)).toEqual(["b.ts"]);
    expect(lead("a.js", ["./b"], both)).toEqual(["b.js"]);
    expect(lead("a.js", ["./b.js"], both)).toEqual(["b.js"]);
  });

  it("prefer a file to a folder of the same name, unless the folder is asked for", () => {
    const both = { "b.js": {}, "b/index.js": {} };
    expect(lead("a.js", ["./b", "./b/"], both)).toEqual(["b.js", "b/index.js"]);
  });

  it("leave loaders and queries of bundlers aside", () => {
    expect(lead("a.js", ["./b.svg?raw", "raw-loader!./b.svg"], { "b.svg": "" })).toEqual(["b.svg", "b.svg"]);
  });

  it("that leave the project or differ in case stay unresolved", () => {
    expect(lead("a.js", ["../../b", "./B", "/b.js"], { "b.js": {} })).toEqual([
      "unresolved",
      "unresolved",
      "unresolved",
    ]);
  });

  it("look into the other rootDirs", () => {
    expect(
      lead("src/a.ts", ["./made"], {
        "tsconfig.json": json({ compilerOptions: { rootDirs: ["src", "generated"] } }),
        "generated/made.ts": {},
      }),
    ).toEqual(["generated/made.ts"]);
  });
});

describe("paths of tsconfig.json", () => {
  it("map patterns, the most specific first, and fall back along their targets", () => {
    expect(
      lead("src/a.ts", ["@/b", "@/ui/button", "@/gone", "one", "lodash"], {
        "tsconfig.json": `{
          // comments and trailing commas are allowed here
          "compilerOptions": { "paths": { "@/*": ["./src/*"], "@/ui/*": ["./nope/*", "./ui/*"], "one": ["src/b.ts"], }, },
        }`,
        "src/b.ts": {},
        "ui/button.tsx": {},
      }),
    ).toEqual(["src/b.ts", "ui/button.tsx", "unresolved", "src/b.ts", "external"]);
  });

  it("do not claim a package that is installed under a name that fits a pattern", () => {
    const files = {
      "tsconfig.json": json({ compilerOptions: { paths: { "@acme/*": ["./packages/*/src"] } } }),
      "package.json": json({ dependencies: { "@acme/outside": "^1.0.0" } }),
      "packages/core/src/index.ts": {},
    };
    expect(lead("a.ts", ["@acme/core", "@acme/outside/x", "@acme/gone"], files)).toEqual([
      "packages/core/src/index.ts",
      "external",
      "unresolved",
    ]);
  });

  it("are inherited, relative to the file that states them, and found below baseUrl", () => {
    expect(
      lead("app/src/a.ts", ["~/x", "lib/y"], {
        "base/tsconfig.base.json": json({ compilerOptions: { paths: { "~/*": ["../shared/*"] } } }),
        "app/tsconfig.json": json({
          extends: "../base/tsconfig.base",
          compilerOptions: { baseUrl: "src" },
        }),
        "shared/x.ts": {},
        "app/src/lib/y.ts": {},
      }),
    ).toEqual(["shared/x.ts", "app/src/lib/y.ts"]);
  });

  it("of a referenced project speak for a solution file", () => {
    expect(
      lead("src/a.ts", ["@/b"], {
        "tsconfig.json": json({ files: [], references: [{ path: "./tsconfig.app.json" }] }),
        "tsconfig.app.json": json({ compilerOptions: { paths: { "@/*": ["./src/*"] } } }),
        "src/b.ts": {},
      }),
    ).toEqual(["src/b.ts"]);
  });

  it("survive files that extend each other, extend nothing or are broken", () => {
    expect(
      lead("x/a.ts", ["@/b", "./b"], {
        "x/tsconfig.json": json({
          extends: ["../one.json", "./gone.json"],
          compilerOptions: { paths: { "@/*": ["./*"] } },
        }),
        "one.json": json({ extends: "./two.json" }),
        "two.json": json({ extends: "./one.json" }),
        "x/b.ts": {},
      }),
    ).toEqual(["x/b.ts", "x/b.ts"]);
    expect(lead("a.ts", ["./b"], { "tsconfig.json": "{{{ no", "b.ts": {} })).toEqual(["b.ts"]);
  });
});

describe("packages of the same project", () => {
  const workspace = {
    "package.json": json({ name: "root", workspaces: ["packages/*", "!packages/private"] }),
    "packages/core/package.json": json({
      name: "@acme/core",
      exports: {
        ".": { types: "./dist/index.d.ts", import: "./dist/index.mjs", require: "./dist/index.cjs" },
        "./feature/*": "./dist/feature/*.js",
        "./internal/*": null,
      },
    }),
    "packages/core/src/index.ts": {},
    "packages/core/src/feature/x.ts": {},
    "packages/ui/package.json": json({ name: "ui", main: "lib/main.js" }),
    "packages/ui/lib/main.js": {},
    "packages/ui/button.js": {},
    "packages/private/package.json": json({ name: "private", main: "index.js" }),
    "packages/private/index.js": {},
    "fixtures/lodash/package.json": json({ name: "lodash", main: "index.js" }),
    "fixtures/lodash/index.js": {},
  };

  it("are found by name through their exports, with the source behind what is built", () => {
    expect(
      lead(
        "packages/ui/a.js",
        ["@acme/core", "@acme/core/feature/x", "@acme/core/internal/y", "@acme/core/z"],
        workspace,
      ),
    ).toEqual(["packages/core/src/index.ts", "packages/core/src/feature/x.ts", "unresolved", "unresolved"]);
  });

  it("are found by their main file and by paths inside", () => {
    expect(lead("packages/core/src/a.ts", ["ui", "ui/button"], workspace)).toEqual([
      "packages/ui/lib/main.js",
      "packages/ui/button.js",
    ]);
  });

  it("count only if the workspace lists them", () => {
    expect(lead("packages/ui/a.js", ["private", "lodash", "lodash/fp"], workspace)).toEqual([
      "external",
      "external",
      "external",
    ]);
  });

  it("are listed by pnpm-workspace.yaml or linked by path as well", () => {
    expect(
      lead("app/a.js", ["lib-a", "lib-b"], {
        "pnpm-workspace.yaml": "packages:\n  - 'libs/*'\n",
        "package.json": "{}",
        "libs/a/package.json": json({ name: "lib-a", main: "a.js" }),
        "libs/a/a.js": {},
        "app/package.json": json({ name: "app", dependencies: { "lib-b": "file:../other/b" } }),
        "other/b/package.json": json({ name: "lib-b" }),
        "other/b/index.js": {},
      }),
    ).toEqual(["libs/a/a.js", "other/b/index.js"]);
  });

  it("see themselves by name and their #imports by condition and pattern", () => {
    expect(
      lead("src/a.js", ["me", "me/sub", "#util/x", "#env", "#gone", { raw: "#mode", form: "require" }], {
        "package.json": json({
          name: "me",
          exports: { ".": "./src/index.js", "./sub": ["./nope.js", "./src/sub.js"] },
          imports: {
            "#util/*": "./src/util/*.js",
            "#env": { node: "./src/env-node.js", default: "./src/env.js" },
            "#mode": { import: "./src/m.mjs", require: "./src/m.cjs" },
          },
        }),
        "src/index.js": {},
        "src/sub.js": {},
        "src/util/x.js": {},
        "src/env-node.js": {},
        "src/env.js": {},
        "src/m.mjs": {},
        "src/m.cjs": {},
      }),
    ).toEqual(["src/index.js", "src/sub.js", "src/util/x.js", "src/env-node.js", "unresolved", "src/m.cjs"]);
  });

  it("with absurd manifests neither fail nor hang", () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const files = {
      "package.json": `{"name":"me","workspaces":["${"*(".repeat(50_000)}"],"exports":${deep},"imports":[1,null]}`,
      "tsconfig.json": `{"compilerOptions":${deep}, "extends": 7, "references": [null, 1]}`,
      "jsconfig.json": "[]",
    };
    expect(lead("a.js", ["me", "me/x", "#x", `./${"x/".repeat(50_000)}`], files)).toEqual([
      "unresolved",
      "unresolved",
      "unresolved",
      "unresolved",
    ]);
  });

  it("with a broken package.json are as if they had none", () => {
    expect(
      lead("src/a.js", ["./b", "#x", "me"], { "package.json": '{"name": "me",', "src/b.js": {} }),
    ).toEqual(["src/b.js", "unresolved", "external"]);
  });
});

it("what comes from outside is named as npm and Node name it", () => {
  const graph = graphOf("javascript", {
    "a.js": { imports: ["fs", "node:fs", "@scope/x/deep", "x/y", "https://esm.sh/z@1", "npm:left-pad@1"] },
  });
  expect(graph.external.map(({ name }) => name).sort()).toEqual([
    "@scope/x",
    "https://esm.sh",
    "node:fs",
    "npm:left-pad",
    "x",
  ]);
});
