import { describe, expect, test } from "vitest";
import { runCaelum } from "../../../helpers/run-caelum.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

async function orphansOf(files: Record<string, string>, ...args: string[]): Promise<unknown> {
  const { stdout } = await runCaelum(["analyze", "--no-cache", "--quiet", "--format", "json", ...args], {
    cwd: temporaryFolder(files),
  });
  return (JSON.parse(stdout) as { architecture?: { orphans: string[] } }).architecture?.orphans;
}

const service = {
  "package.json": JSON.stringify({
    name: "shop",
    main: "./dist/shop.js",
    bin: { shop: "./dist/terminal.js" },
    exports: { ".": "./dist/shop.js", "./plugins/*": "./dist/plugins/*.js" },
    scripts: { seed: "node src/seed.mjs" },
  }),
  "vite.config.ts": 'export default { build: { input: "src/widget.ts" } };\n',
  "index.html": '<script type="module" src="/src/page.tsx"></script>\n',
  Dockerfile: 'CMD ["node", "dist/daemon.js"]\n',
  ".github/workflows/ci.yaml": "steps:\n  - run: node src/release-notes.js\n",
  "src/shop.ts":
    'import { cart } from "./cart.ts";\nimport type { Price } from "./price.ts";\nnew Worker(new URL("./billing.ts", import.meta.url));\n',
  "src/cart.ts": "export const cart: string[] = [];\n",
  "src/price.ts": "export interface Price { cents: number }\n",
  "src/billing.ts": "export {};\n",
  "src/terminal.ts": "export {};\n",
  "src/plugins/mail.ts": "export {};\n",
  "src/seed.mjs": "export {};\n",
  "src/widget.ts": "export {};\n",
  "src/page.tsx": "export {};\n",
  "src/daemon.ts": "export {};\n",
  "src/release-notes.js": "module.exports = 1;\n",
  "src/aliased.ts": "export {};\n",
  "src/user.ts": 'import "@/aliased";\n',
  "src/shop.test.ts": 'import "./shop.ts";\nimport "./user.ts";\n',
  "src/once.sh.js": "#!/usr/bin/env node\n",
  "src/globals.d.ts": "declare const x: number;\n",
  "src/old-cart.ts": 'import { cart } from "./cart.ts";\nexport const old = cart;\n',
  "src/itself.ts": 'import "./itself.ts";\n',
};

describe("orphan files of JavaScript and TypeScript", () => {
  test("are those that no other file imports and no manifest, build, page, pipeline, test or quoted name starts", async () => {
    expect(await orphansOf(service)).toEqual(["src/itself.ts", "src/old-cart.ts"]);
  });

  test("are started by the globs of the configuration", async () => {
    const config = JSON.stringify({ analyze: { entries: ["src/old-*.ts"] } });
    expect(await orphansOf({ ...service, "caelum.config.json": config })).toEqual(["src/itself.ts"]);
  });

  test.each([
    "require(`../messages/${process.argv[2]}.js`);",
    'require("../messages/" + process.argv[2]);',
    'require(require("node:path").join(__dirname, "../messages", process.argv[2]));',
    'require(path.join(__dirname, "../messages", process.argv[2]));',
  ])("are loaded from the folder that a name put together begins with: %s", async (text) => {
    const files = {
      "package.json": "{}",
      "bin/say.js": `${text}\n`,
      "messages/hello.js": "0;\n",
      "other/old.js": "0;\n",
    };
    expect(await orphansOf(files)).toEqual(["other/old.js"]);
  });

  test("cannot be known below an import whose target only the program knows", async () => {
    const loading = { "src/load/all.ts": "export const load = (name: string) => import(`./${name}.ts`);\n" };
    const files = {
      ...service,
      ...loading,
      "src/load/deep/one.ts": "export {};\n",
      "src/shop.ts": `${service["src/shop.ts"]}import "./load/all.ts";\n`,
    };
    expect(await orphansOf(files)).toEqual(["src/itself.ts", "src/old-cart.ts"]);
  });

  test("are not looked for outside of a package, nor in a part of a project", async () => {
    expect(await orphansOf({ "a.js": "1;\n", "b.ts": "export {};\n" })).toEqual([]);
    expect(await orphansOf(service, "--include", "src/*.ts")).toBeUndefined();
    expect(await orphansOf(service, "--language", "typescript")).toBeUndefined();
  });

  test("are files of a router's folders only where there is no router", async () => {
    const page = { "package.json": '{"name":"site"}', "pages/about.jsx": "export default 1;\n" };
    expect(await orphansOf(page)).toEqual(["pages/about.jsx"]);
    const next = '{"dependencies":{"next":"15.0.0"}}';
    expect(await orphansOf({ ...page, "package.json": next })).toEqual([]);
  });
});

const ledger = {
  "pyproject.toml": '[project]\nname = "ledger"\n[project.scripts]\nledger = "ledger.terminal:start"\n',
  "src/ledger/__init__.py": "from .accounts import Account\n",
  "src/ledger/accounts.py": "class Account: ...\n",
  "src/ledger/terminal.py": "import ledger.money\nfrom ledger import rates\ndef start(): ...\n",
  "src/ledger/money.py": "",
  "src/ledger/rates.py": "",
  "src/ledger/__main__.py": "",
  "src/ledger/report.py": 'if __name__ == "__main__":\n    print(1)\n',
  "src/ledger/settings.py": 'MIDDLEWARE = ["ledger.web.audit.AuditMiddleware"]\n',
  "src/ledger/web/audit.py": "class AuditMiddleware: ...\n",
  "src/ledger/web/unused.py": "x = 1\n",
  "src/ledger/legacy.py": "from .accounts import Account\n",
  "tests/test_accounts.py": "import ledger\n",
  "tests/helpers.py": "",
};

describe("orphan files of Python", () => {
  test("are those that no other file imports and no entry point, setting or test starts", async () => {
    expect(await orphansOf(ledger)).toEqual(["src/ledger/legacy.py", "src/ledger/web/unused.py"]);
  });

  test("cannot be known below a module that imports by name", async () => {
    const loader = "import importlib\ndef load(name):\n    return importlib.import_module(name)\n";
    const files = { ...ledger, "src/ledger/web/__init__.py": loader };
    expect(await orphansOf(files)).toEqual(["src/ledger/legacy.py"]);
  });
});

test("orphans are the same whoever measures, and stand in the text report", async () => {
  const cwd = temporaryFolder({ ...service, ...ledger });
  const reports = [];
  for (const args of [
    ["--workers", "1"],
    ["--workers", "2"],
    ["--workers", "4"],
    ["--workers", "4"],
  ])
    reports.push(await runCaelum(["analyze", "--quiet", "--format", "json", ...args], { cwd }));
  expect(new Set(reports.map(({ stdout }) => stdout)).size).toBe(1);
  expect(reports[0]!.stdout).toContain(
    '"architecture":{"orphans":["src/itself.ts","src/ledger/legacy.py","src/ledger/web/unused.py","src/old-cart.ts"],',
  );
  const { stdout } = await runCaelum(["analyze", "--verbose"], { cwd });
  expect(stdout).toMatch(
    /unused +4 files that nothing imports or starts: src\/itself.ts, src\/ledger\/legacy.py, …/,
  );
  expect(stdout).toMatch(/orphan +lines of code\nsrc\/itself.ts +1\n/);
});
