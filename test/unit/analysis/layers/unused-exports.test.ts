import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

interface Unused {
  path: string;
  line: number;
  name: string;
  kind: string;
  usedBy: string;
}

/** `path:line name (kind) usedBy` of each. */
async function unusedOf(files: Record<string, string>, ...args: string[]): Promise<string[] | undefined> {
  const { stdout } = await runCaelum(["analyze", "--no-cache", "--quiet", "--format", "json", ...args], {
    cwd: temporaryFolder(files),
  });
  const { architecture } = JSON.parse(stdout) as { architecture?: { unusedExports: Unused[] } };
  return architecture?.unusedExports.map(
    ({ path, line, name, kind, usedBy }) => `${path}:${line} ${name} (${kind}) ${usedBy}`,
  );
}

const shop = {
  "package.json": JSON.stringify({ name: "shop", exports: "./dist/shop.js" }),
  "src/shop.ts": 'export * from "./public.ts";\nimport "./use.ts";\n',
  "src/public.ts": 'export const offered = 1;\nexport { passed } from "./deep.ts";\n',
  "src/deep.ts": "export const passed = 1;\nexport const deepDead = 2;\n",
};

describe("unused exports of JavaScript and TypeScript", () => {
  test("are those that nobody takes; what a package exports is taken by whoever installs it", async () => {
    expect(await unusedOf(shop)).toEqual(["src/deep.ts:2 deepDead (value) nothing"]);
  });

  test("are told by every way of declaring and of taking a name", async () => {
    const files = {
      ...shop,
      "src/all.ts": `export function f() {}
export class C {}
export interface I {}
export type T = string;
export enum E { a }
export const { u, v: w } = { u: 1, v: 2 }, [x] = [1];
export default class {}
const late = 1;
export { late as other };
export async function* g() {}
`,
      "src/use.ts": 'import "./all.ts";\n',
    };
    expect(await unusedOf(files)).toEqual([
      "src/all.ts:1 f (function) nothing",
      "src/all.ts:2 C (class) nothing",
      "src/all.ts:3 I (type) nothing",
      "src/all.ts:4 T (type) nothing",
      "src/all.ts:5 E (enum) nothing",
      "src/all.ts:6 u (value) nothing",
      "src/all.ts:6 w (value) nothing",
      "src/all.ts:6 x (value) nothing",
      "src/all.ts:7 default (class) nothing",
      "src/all.ts:9 other (value) nothing",
      "src/all.ts:10 g (function) nothing",
      "src/deep.ts:2 deepDead (value) nothing",
    ]);
  });

  test.each([
    ["a named import", 'import { a as x, type b } from "./two.ts";'],
    ["types alone", 'import type { a, b } from "./two.ts";'],
    ["members of a namespace", 'import * as two from "./two.ts";\ntwo.a(two?.b);'],
    ["a namespace as a whole", 'import * as two from "./two.ts";\nconsole.log(two);'],
    ["a type in a namespace", 'import * as two from "./two.ts";\nlet x: two.a = two["b"];'],
    ["exporting a namespace", 'export * as two from "./two.ts";'],
    ["await import", 'const { a, b: y } = await import("./two.ts");'],
    ["import().then", 'import("./two.ts").then(({ a, b }) => a(b));'],
    [
      "a lazy component",
      'import("./two.ts").then((m) => ({ default: m.a }));\nimport("./two.ts").then((m) => m.b);',
    ],
    ["import() for all", 'const all = await import("./two.ts");'],
    ["require", 'const { a } = require("./two.ts");\nrequire("./two.ts").b();'],
    ["import = require", 'import two = require("./two.ts");'],
    ["a type import in a place", 'let x: import("./two.ts").a;\ntype B = import("./two.ts").b;'],
    ["a comment", '/** @type {import("./two.ts").a} */\nconst y = 1;'],
  ])("are used by %s", async (_, use) => {
    const files = {
      ...shop,
      "src/two.ts": "export const a = 1;\nexport const b = 2;\n",
      "src/use.ts": `import "./two.ts";\n${use}\n`,
    };
    expect(await unusedOf(files)).toEqual(["src/deep.ts:2 deepDead (value) nothing"]);
  });

  test("are found behind files that pass names on, in a circle too", async () => {
    const files = {
      ...shop,
      "src/use.ts": 'import { a, d as e } from "./barrel/index.ts";\n',
      "src/barrel/index.ts":
        'export * from "./one.ts";\nexport { c as d, unasked } from "./two.ts";\nexport * from "../use-too.ts";\n',
      "src/barrel/one.ts": "export const a = 1;\nexport const b = 2;\n",
      "src/barrel/two.ts": "export const c = 1;\nexport const unasked = 2;\n",
      "src/use-too.ts": 'export * from "./barrel/index.ts";\nimport { unasked } from "./barrel/two.ts";\n',
    };
    expect(await unusedOf(files)).toEqual([
      "src/barrel/index.ts:2 unasked (re-export) nothing",
      "src/barrel/one.ts:2 b (value) nothing",
      "src/deep.ts:2 deepDead (value) nothing",
    ]);
  });

  test("used by their own file or by tests alone are told apart; types of what a file offers are not told", async () => {
    const files = {
      ...shop,
      "src/use.ts": 'import { main } from "./parts.ts";\n',
      "src/parts.ts":
        "export interface Options { a: 1 }\nexport function helper() {}\nexport const forTests = 1;\nexport const both = 2;\nexport function main(o: Options) { helper(); return both; }\n",
      "src/parts.test.ts": 'import { forTests, both } from "./parts.ts";\n',
    };
    expect(await unusedOf(files)).toEqual([
      "src/deep.ts:2 deepDead (value) nothing",
      "src/parts.ts:2 helper (function) own file",
      "src/parts.ts:3 forTests (value) tests",
    ]);
  });

  test("are not told where a convention, a configuration or a component takes them", async () => {
    const files = {
      "package.json": JSON.stringify({ name: "web", dependencies: { next: "1" } }),
      "pages/index.tsx": 'import "../lib/used";\nexport const getStaticProps = 1;\nexport default 1;\n',
      "lib/used.ts": 'import "./handlers";\nimport "./widget";\nimport "./jobs/a";\nimport "./kept";\n',
      "lib/handlers.ts": "export const onOrder = 1;\n",
      "lib/widget.ts": "export const forVue = 1;\n",
      "lib/jobs/a.ts": "export const run = 1;\n",
      "lib/kept.ts": "/** @public */\nexport const kept = 1;\nexport const notKept = 2;\n",
      "App.vue": '<script>import { forVue } from "./lib/widget"</script>\n',
      "serverless.yml": "handler: lib/handlers.onOrder\n",
      "caelum.config.json": JSON.stringify({ analyze: { entries: ["lib/jobs/*"] } }),
    };
    expect(await unusedOf(files)).toEqual(["lib/kept.ts:3 notKept (value) nothing"]);
  });

  test("a package that exports all offers what it publishes", async () => {
    const open = { name: "shop", exports: { ".": "./dist/shop.js", "./*": "./*" } };
    expect(await unusedOf({ ...shop, "package.json": JSON.stringify(open) })).toEqual([]);
    const closed = JSON.stringify({ ...open, files: ["dist", "lib/*"] });
    expect(await unusedOf({ ...shop, "package.json": closed })).toEqual([
      "src/deep.ts:2 deepDead (value) nothing",
    ]);
  });

  test("are not told outside of a package, or when only a part of the files was read", async () => {
    expect(await unusedOf({ "a.js": 'import "./b.js";\n', "b.js": "export const x = 1;\n" })).toEqual([]);
    expect(await unusedOf(shop, "--include", "src/*.ts")).toBeUndefined();
  });
});

describe("unused functions and classes of Python", () => {
  const app = {
    "pyproject.toml": '[project]\nname = "ledger"\n',
    "ledger/__init__.py": "from .core import start\n",
    "ledger/core.py": `import functools
__all__ = ["published"]

def start(): return _helper()
def _helper(): pass
def published(): pass
def dead(): pass
def by_tests(): pass
def documented(): pass
def by_attribute(): pass
def in_quotes(): pass
class Dead: pass
class DeadError(ValueError): pass
class Registered(Base): pass
class Described(metaclass=M): pass

@functools.cache
def decorated(): pass
`,
    "ledger/other.py": 'from . import core\ncore.by_attribute()\nPLUGINS = ["ledger.core.in_quotes"]\n',
    "ledger/__main__.py": "from . import other\n",
    "tests/test_core.py": "from ledger.core import by_tests\n",
    "docs/index.rst": "Call ``documented`` first.\n",
    "CHANGELOG.md": "dead was added\n",
  };

  test("are those whose name stands nowhere else, tests told apart", async () => {
    expect(await unusedOf(app)).toEqual([
      "ledger/core.py:7 dead (function) nothing",
      "ledger/core.py:8 by_tests (function) tests",
      "ledger/core.py:12 Dead (class) nothing",
      "ledger/core.py:13 DeadError (class) nothing",
    ]);
  });

  test("are not told of a module that looks itself up, or that the documentation shows as a whole", async () => {
    const core = `${app["ledger/core.py"]}\nhandlers = globals()\n`;
    expect(await unusedOf({ ...app, "ledger/core.py": core })).toEqual([]);
    expect(await unusedOf({ ...app, "docs/api.rst": ".. automodule:: ledger.core\n" })).toEqual([]);
  });
});

test("unused exports are the same warm and cold and whoever measures; a change of any file is seen", async () => {
  const cwd = temporaryFolder(shop);
  const env = { XDG_CACHE_HOME: temporaryFolder() };
  const run = async (...args: string[]): Promise<string> => {
    const ran = await runCaelum(["analyze", "--quiet", "--format", "json", ...args], { cwd, env });
    return JSON.stringify((JSON.parse(ran.stdout) as { architecture: unknown }).architecture);
  };
  const cold = await run("--no-cache");
  expect(cold).toContain("deepDead");
  for (const args of [["--no-cache", "--workers", "2"], [], [], ["--workers", "1"]])
    expect(await run(...args)).toBe(cold);
  writeFileSync(path.join(cwd, "handlers.yaml"), "call: deepDead\n");
  expect(await run()).not.toContain("deepDead");
});

test("unused exports stand in JSON lines, text and Markdown", async () => {
  const cwd = temporaryFolder({ ...shop, "src/old.ts": "export {};\n" });
  const run = async (...args: string[]): Promise<string> =>
    (await runCaelum(["analyze", "--no-cache", "--quiet", ...args], { cwd })).stdout;
  expect(await run("--format", "jsonl")).toContain(
    '{"type":"unused-export","path":"src/deep.ts","line":2,"name":"deepDead","kind":"value","usedBy":"nothing"}',
  );
  const text = await run("--verbose");
  expect(text).toMatch(/unused +1 file that nothing imports or starts: src\/old.ts/);
  expect(text).toMatch(/1 export that nothing uses: deepDead \(src\/deep.ts:2\)/);
  expect(text).toMatch(/unused export +at +used by\ndeepDead \(value\) +src\/deep.ts:2 +nothing/);
  const markdown = await run("--format", "markdown");
  expect(markdown).toMatch(/Unused[\s\S]*`src\/old.ts`[\s\S]*`deepDead`[\s\S]*`src\/deep.ts:2`/);
});
