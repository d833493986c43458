import { readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { detectAll, unknownRunnerHelp } from "../../../../src/testing/runners/index.ts";
import { readNodeTestScript } from "../../../../src/testing/runners/node-test/script.ts";
import { commandIn } from "../../../../src/testing/runners/common/script-command.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

function found(files: Readonly<Record<string, string>>): string[] {
  const folder = temporaryFolder(files);
  return detectAll({ folder, files: allFiles(folder) }).map(
    ({ runner, folder }) => `${folder.path || "."} ${runner.name}`,
  );
}

function allFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
}

function manifest(fields: object): string {
  return JSON.stringify(fields);
}

const vitestPackage = manifest({ scripts: { test: "vitest run" }, devDependencies: { vitest: "*" } });

test("packages that test themselves are projects, the root that only starts them is none", () => {
  expect(
    found({
      "package.json": manifest({
        workspaces: ["packages/*"],
        scripts: { test: "turbo run test" },
        devDependencies: { vitest: "*" },
      }),
      "vitest.config.ts": "",
      "packages/a/package.json": vitestPackage,
      "packages/a/a.test.ts": "",
      "packages/b/package.json": vitestPackage,
      "packages/b/b.test.ts": "",
    }),
  ).toEqual(["packages/a vitest", "packages/b vitest"]);
});

test("a root that runs vitest itself runs its packages' tests, once", () => {
  expect(
    found({
      "package.json": manifest({
        workspaces: ["packages/*"],
        scripts: { test: "vitest" },
        devDependencies: { vitest: "*" },
      }),
      "packages/a/package.json": vitestPackage,
      "packages/a/a.test.ts": "",
    }),
  ).toEqual([". vitest"]);
});

test("several languages of one tree are found, each where it is at home", () => {
  expect(
    found({
      "package.json": manifest({ scripts: { test: "jest" }, devDependencies: { jest: "*" } }),
      "server/go.mod": "module x",
      "server/x_test.go": "",
      "ml/pyproject.toml": "[tool.pytest.ini_options]",
      "ml/tests/test_x.py": "",
      "ml/sub/setup.cfg": "[tool:pytest]",
      "ml/sub/test_y.py": "",
      "native/Cargo.toml": "[workspace]",
      "native/src/lib.rs": "",
      "native/inner/Cargo.toml": "[package]",
      "native/inner/src/lib.rs": "",
    }),
  ).toEqual([". jest", "ml pytest", "native cargo", "server go"]);
});

test("examples, fixtures and packages outside of the workspaces are nobody's tests", () => {
  expect(
    found({
      "pnpm-workspace.yaml": "packages: ['packages/**', '!packages/old']",
      "package.json": "{}",
      "packages/old/package.json": vitestPackage,
      "packages/new/package.json": vitestPackage,
      "tools/x/package.json": vitestPackage,
      "packages/new/test/fixtures/app/package.json": vitestPackage,
    }),
  ).toEqual(["packages/new vitest"]);
});

test("files that import node:test are a project without any script; a script says exactly which", () => {
  expect(found({ "a.test.mjs": 'import test from "node:test";', "test/b.js": "" })).toEqual([". node:test"]);
  expect(readNodeTestScript('c8 node --import tsx --test-reporter spec --test "test/**/*.ts"')).toEqual({
    flags: ["--import", "tsx"],
    patterns: ["test/**/*.ts"],
  });
  expect(readNodeTestScript("node scripts/test.js --test")).toBeUndefined();
});

test("damaged manifests stop nobody", () => {
  expect(
    found({ "package.json": "{", "go.mod": "module x", "x_test.go": "", "pnpm-workspace.yaml": ":\n\t- [" }),
  ).toEqual([". go"]);
});

test.each([
  [
    "TZ=UTC cross-env CI=1 nyc mocha --exit 'test/a b.js' > out.log",
    { env: { TZ: "UTC", CI: "1" }, flags: [], args: ["--exit", "test/a b.js"] },
  ],
  [
    "npm run build && node --no-warnings node_modules/mocha/bin/_mocha.js -R dot",
    { env: {}, flags: ["--no-warnings"], args: ["-R", "dot"] },
  ],
  ["echo mocha-like", undefined],
])("the command of a script is read with its environment: %s", (script, command) => {
  expect(commandIn(script, /^_?mocha$/)).toEqual(command);
});

test("whoever has a runner that nobody knows is told what to write", () => {
  const folder = temporaryFolder({ "package.json": manifest({ scripts: { test: "bun test" } }) });
  const help = unknownRunnerHelp({ folder, files: ["package.json"] });
  expect(help.message).toContain("`bun test`");
  expect(help.hint).toContain('run: "bun test --reporter=junit --reporter-outfile=report.xml {files}"');
});

test("specs without a Gemfile are those of rspec, unless they say that they are Minitest's", () => {
  expect(found({ "spec/a_spec.rb": "RSpec.describe 'a' do\nend\n" })).toEqual([". rspec"]);
  expect(found({ "spec/a_spec.rb": "describe Thing do\nend\n" })).toEqual([". rspec"]);
  expect(found({ "spec/a_spec.rb": "require 'minitest/autorun'\ndescribe Thing do\nend\n" })).toEqual([]);
});

test("who has a configuration of nextest is tested by it, and by cargo test otherwise", () => {
  const files = { "Cargo.toml": "[package]", "src/lib.rs": "" };
  expect(found(files)).toEqual([". cargo"]);
  expect(found({ ...files, ".config/nextest.toml": "" })).toEqual([". nextest"]);
});
