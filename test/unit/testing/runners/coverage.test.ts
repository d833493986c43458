import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { mergeCoverage } from "../../../../src/testing/coverage/index.ts";
import { missingTools } from "../../../../src/testing/host/missing-tools.ts";
import { cargo } from "../../../../src/testing/runners/cargo/index.ts";
import { go } from "../../../../src/testing/runners/go/index.ts";
import { jest } from "../../../../src/testing/runners/jest/index.ts";
import { mocha } from "../../../../src/testing/runners/mocha/index.ts";
import { nodeTest } from "../../../../src/testing/runners/node-test/index.ts";
import { phpunit } from "../../../../src/testing/runners/phpunit/index.ts";
import { pytest } from "../../../../src/testing/runners/pytest/index.ts";
import { rspec } from "../../../../src/testing/runners/rspec/index.ts";
import type { Runner } from "../../../../src/testing/runners/runner.ts";
import { vitest } from "../../../../src/testing/runners/vitest/index.ts";
import { hasProgram } from "../../../helpers/has-program.ts";
import { fixtureSession } from "../../../helpers/runner-session.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";

/** A source with two ways of which the test takes one, and where that is seen. */
interface Case {
  runner: Runner;
  fixture: string;
  source: string;
  code: string;
  file: string;
  text: string;
  ran: number;
  left: number;
  /** Name of the function that ran, if the runner's tool tells it. */
  called?: string;
  needs?: string;
  env?: Readonly<Record<string, string>>;
}

const half = "exports.half = (which) => {\n  if (which) return 1;\n  return 2;\n};\n";
const script = { source: "half.cjs", code: half, ran: 2, left: 3 };

const cases: readonly Case[] = [
  {
    ...script,
    runner: nodeTest,
    fixture: "node-test",
    file: "test/c.test.cjs",
    text: 'const { test } = require("node:test");\ntest("c", () => void require("../half.cjs").half(true));\n',
  },
  {
    ...script,
    runner: mocha,
    fixture: "mocha",
    file: "test/c.test.cjs",
    text: 'it("c", () => void require("../half.cjs").half(true));\n',
  },
  {
    ...script,
    runner: jest,
    fixture: "jest",
    file: "test/c.test.js",
    text: 'test("c", () => void require("../half.cjs").half(true));\n',
  },
  {
    runner: rspec,
    fixture: "rspec",
    source: "lib/half.rb",
    code: "def half(which)\n  return 1 if which\n\n  2\nend\n",
    file: "spec/c_spec.rb",
    text: "require_relative '../lib/half'\nRSpec.describe('c') { it('runs') { half(true) } }\n",
    ran: 2,
    left: 4,
    called: "half",
    needs: "rspec",
  },
  {
    runner: phpunit,
    fixture: "phpunit",
    source: "src/Half.php",
    code: "<?php\nclass Half {\n  function half($which) {\n    if ($which) return 1;\n    return 2;\n  }\n}\n",
    file: "tests/CTest.php",
    text: '<?php\nrequire_once __DIR__ . "/../src/Half.php";\nclass CTest extends PHPUnit\\Framework\\TestCase { function testC() { $this->assertSame(1, (new Half)->half(true)); } }\n',
    ran: 4,
    left: 5,
    called: "half",
    needs: "phpunit",
  },
  {
    runner: cargo,
    fixture: "cargo",
    source: "src/lib.rs",
    code: "pub fn half(which: bool) -> i32 {\n    if which {\n        return 1;\n    }\n    2\n}\n",
    file: "tests/c.rs",
    text: "#[test]\nfn c() { assert_eq!(fixture::half(true), 1); }\n",
    ran: 3,
    left: 5,
    needs: "cargo",
  },
  {
    runner: go,
    fixture: "go",
    source: "half/half.go",
    code: "package half\n\nfunc Half(which bool) int {\n\tif which {\n\t\treturn 1\n\t}\n\treturn 2\n}\n",
    file: "half/half_test.go",
    text: 'package half\nimport "testing"\nfunc TestC(t *testing.T) { Half(true) }\n',
    ran: 5,
    left: 7,
    needs: "go",
  },
  {
    runner: pytest,
    fixture: "pytest",
    source: "half.py",
    code: "def half(which):\n    if which:\n        return 1\n    return 2\n",
    file: "tests/test_c.py",
    text: "from half import half\ndef test_c():\n    half(True)\n",
    ran: 3,
    left: 4,
    needs: "python3",
    // The system's own has pytest-cov where it is installed at all.
    env: { PATH: `/usr/bin${path.delimiter}${process.env["PATH"] ?? ""}`, PYTHONPATH: "." },
  },
];

test.each(cases.filter(({ needs }) => needs === undefined || hasProgram(needs)))(
  "$runner.name measures what its tests run, in files of the tree",
  { timeout: 120_000 },
  async ({ runner, fixture, source, code, file, text, ran, left, called, env }) => {
    const coverage = temporaryFolder();
    const tried = fixtureSession(runner, fixture, { [source]: code, [file]: text }, { coverage });
    Object.assign(tried.context.env, env);
    const { project } = tried.context;
    const tools = runner.coverage!(project);
    const missing = await missingTools(tools, project.folder, tried.context.env);
    if (missing.length > 0) return expect(missing).toEqual([{ name: tools[0]!.name, hint: tools[0]!.hint }]);
    await tried.run({ units: (await tried.list()).filter((unit) => file.startsWith(unit.file)) });
    await tried.stop();
    const reports = readdirSync(coverage, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const merged = await mergeCoverage(
      reports.map(({ name, parentPath }) => ({
        host: "here",
        root: project.folder,
        project: "",
        name,
        text: readFileSync(path.join(parentPath, name), "utf8"),
      })),
      { read: (name) => project.read(name), goModules: [{ name: "example.com/fixture", folder: "" }] },
    );
    expect(merged.problems).toEqual([]);
    const measured = merged.files.get(source);
    expect([measured?.lines.get(ran), measured?.lines.get(left)]).toEqual([1, 0]);
    if (called !== undefined)
      expect([...measured!.functions].map(([key, times]) => [key.split("\0")[1], times])).toContainEqual([
        called,
        1,
      ]);
  },
);

test("a runner whose coverage package is not there says which one", async () => {
  const tried = fixtureSession(vitest, "vitest");
  const { project, env } = tried.context;
  expect(await missingTools(vitest.coverage!(project), project.folder, env)).toEqual([
    { name: "@vitest/coverage-v8", hint: expect.stringContaining("npm install --save-dev") },
  ]);
});
