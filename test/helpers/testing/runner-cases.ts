import { cargo } from "../../../src/testing/runners/cargo/index.ts";
import { go } from "../../../src/testing/runners/go/index.ts";
import { jest } from "../../../src/testing/runners/jest/index.ts";
import { mocha } from "../../../src/testing/runners/mocha/index.ts";
import { nodeTest } from "../../../src/testing/runners/node-test/index.ts";
import { phpunit } from "../../../src/testing/runners/phpunit/index.ts";
import { playwright } from "../../../src/testing/runners/playwright/index.ts";
import { pytest } from "../../../src/testing/runners/pytest/index.ts";
import { rspec } from "../../../src/testing/runners/rspec/index.ts";
import type { Runner } from "../../../src/testing/runners/runner.ts";
import { vitest } from "../../../src/testing/runners/vitest/index.ts";
import { hasProgram } from "../has-program.ts";

/** A file with a test that passes, and one below a suite that hangs or takes its process down. */
export interface RunnerCase {
  runner: Runner;
  fixture: string;
  file: string;
  write: (what: string, other?: string) => string;
  hangs: string;
  dies: string;
  /** Fails where a file of this name is not in the project, and leaves it there. */
  flaky: (name: string) => string;
  /** Leaves a file of this name in the project, and fails. */
  leaves: (name: string) => string;
  title: readonly string[];
  needs?: string;
}

const leaves = (name: string): string =>
  `process.getBuiltinModule("node:fs").writeFileSync("${name}", ""); throw new Error("no");`;
const flaky = (name: string): string =>
  `const fs = process.getBuiltinModule("node:fs"); if (!fs.existsSync("${name}")) { fs.writeFileSync("${name}", ""); throw new Error("no"); }`;
const wait = "await new Promise((done) => setTimeout(done, 300_000));";
const die = 'await new Promise((done) => setTimeout(done, 400)); process.kill(process.pid, "SIGKILL");';
const script =
  (head: string) =>
  (what: string, other = "") =>
    `${head}test("passes", () => { ${other} }); describe("outer", () => { test("stays", async () => { ${what} }, 300_000); });\n`;

const all: readonly RunnerCase[] = [
  {
    runner: vitest,
    fixture: "vitest",
    file: "test/x.test.js",
    write: script('import { describe, test } from "vitest";\n'),
    hangs: wait,
    dies: die,
    flaky,
    leaves,
    title: ["outer", "stays"],
  },
  {
    runner: jest,
    fixture: "jest",
    file: "test/x.test.js",
    write: script(""),
    hangs: wait,
    dies: die,
    flaky,
    leaves,
    title: ["outer", "stays"],
  },
  {
    runner: mocha,
    fixture: "mocha",
    file: "test/x.test.cjs",
    write: (what, other = "") =>
      `it("passes", () => { ${other} }); describe("outer", () => { it("stays", async function () { this.timeout(0); ${what} }); });\n`,
    hangs: wait,
    dies: die,
    flaky,
    leaves,
    title: ["outer", "stays"],
  },
  {
    runner: nodeTest,
    fixture: "node-test",
    file: "test/x.test.js",
    write: (what, other = "") =>
      `import { describe, test } from "node:test";\ntest("passes", () => { ${other} }); describe("outer", () => { test("stays", async () => { ${what} }); });\n`,
    hangs: wait,
    dies: die,
    flaky,
    leaves,
    title: ["outer", "stays"],
  },
  {
    runner: playwright,
    fixture: "playwright",
    file: "tests/x.spec.js",
    write: (what, other = "") =>
      `const { test } = require("@playwright/test");\ntest("passes", () => { ${other} }); test.describe("outer", () => { test("stays", async () => { test.setTimeout(0); ${what} }); });\n`,
    hangs: wait,
    // Of its workers it says itself what became of the test.
    dies: 'await new Promise((done) => setTimeout(done, 400)); process.kill(process.ppid, "SIGKILL"); await new Promise(() => {});',
    flaky,
    leaves,
    title: ["outer", "stays"],
  },
  {
    runner: pytest,
    fixture: "pytest",
    file: "tests/test_x.py",
    write: (what, other = "") =>
      `import os, time\ndef test_passes():\n    ${other || "pass"}\nclass TestOuter:\n    def test_stays(self):\n        ${what}\n`,
    hangs: "time.sleep(300)",
    dies: "os.kill(os.getpid(), 9)",
    flaky: (name) => `assert os.path.exists("${name}") or open("${name}", "w").close()`,
    leaves: (name) => `open("${name}", "w").close(); assert False`,
    title: ["TestOuter", "test_stays"],
    needs: "python3",
  },
  {
    runner: rspec,
    fixture: "rspec",
    file: "spec/x_spec.rb",
    write: (what, other = "") =>
      `RSpec.describe("outer") { it("passes") { ${other} }; it("stays") { ${what} } }\n`,
    hangs: "sleep 300",
    dies: "Process.kill(:KILL, Process.pid)",
    flaky: (name) => `unless File.exist?("${name}") then File.write("${name}", ""); raise "no" end`,
    leaves: (name) => `File.write("${name}", ""); raise "no"`,
    title: ["outer", "stays"],
    needs: "rspec",
  },
  {
    runner: go,
    fixture: "go",
    file: "x/x_test.go",
    write: (what, other = "") =>
      `package x\nimport ("os"; "syscall"; "testing"; "time")\nvar _ = os.Getpid\nvar _ = syscall.Getpid\nvar _ = time.Second\nfunc TestPasses(t *testing.T) { ${other} }\nfunc TestOuter(t *testing.T) { t.Run("stays", func(t *testing.T) { ${what} }) }\n`,
    hangs: "time.Sleep(time.Hour)",
    dies: "syscall.Kill(syscall.Getpid(), 9)",
    flaky: (name) =>
      `if _, e := os.Stat("../${name}"); e != nil { os.WriteFile("../${name}", nil, 0o600); t.Fatal("no") }`,
    leaves: (name) => `os.WriteFile("../${name}", nil, 0o600); t.Fatal("no")`,
    title: ["TestOuter", "stays"],
    needs: "go",
  },
  {
    runner: cargo,
    fixture: "cargo",
    file: "tests/x.rs",
    write: (what, other = "") =>
      `#[test]\nfn passes() { ${other} }\nmod outer {\n#[test]\nfn stays() { ${what} }\n}\n`,
    hangs: "std::thread::sleep(std::time::Duration::from_secs(300));",
    dies: "std::thread::sleep(std::time::Duration::from_millis(300)); std::process::abort();",
    flaky: (name) =>
      `if !std::path::Path::new("${name}").exists() { std::fs::write("${name}", "").unwrap(); panic!("no"); }`,
    leaves: (name) => `std::fs::write("${name}", "").unwrap(); panic!("no");`,
    title: ["outer", "stays"],
    needs: "cargo",
  },
  {
    runner: phpunit,
    fixture: "phpunit",
    file: "tests/XTest.php",
    write: (what, other = "") =>
      `<?php\nclass XTest extends PHPUnit\\Framework\\TestCase {\n  function testPasses() { $this->assertTrue(true); ${other} }\n  function testStays() { ${what} }\n}\n`,
    hangs: "sleep(300);",
    dies: "posix_kill(getmypid(), 9);",
    flaky: (name) =>
      `if (!file_exists("${name}")) { touch("${name}"); $this->fail("no"); } $this->assertTrue(true);`,
    leaves: (name) => `touch("${name}"); $this->fail("no");`,
    title: ["XTest", "testStays"],
    needs: "phpunit",
  },
];

/** Those whose runner is here. */
export const runnerCases = all.filter(({ needs }) => needs === undefined || hasProgram(needs));
