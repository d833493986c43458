import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../run-caelum.ts";
import type { Gate } from "./gate.ts";

/** What a suite is made of: `files` test files that take `ms` each, with two tests that pass and one that is skipped. */
export interface SuiteShape {
  files: number;
  ms: number;
  /** One test of the last file fails, always. */
  failing?: boolean;
  /** Each file waits for it, in place of `ms`. */
  gate?: Gate;
}

type Writer = (folder: string, shape: SuiteShape) => void;

/** Small real projects, one for each runner. */
export const suites: Readonly<Record<"vitest" | "node:test" | "pytest" | "go test", Writer>> = {
  vitest(folder, shape) {
    write(folder, "package.json", '{ "type": "module", "devDependencies": { "vitest": "*" } }');
    write(folder, "vitest.config.js", "export default { cacheDir: '.vitest' };");
    symlinkSync(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
    eachFile(shape, (name, fails) =>
      write(
        folder,
        `test/${name}.test.js`,
        [
          'import { existsSync, writeFileSync } from "node:fs";',
          'import { setTimeout as sleep } from "node:timers/promises";',
          'import { expect, test } from "vitest";',
          'test("is quick", () => {});',
          `test("waits", async () => { ${waitsInNode(shape, name)} }, 120_000);`,
          `test("same title", () => expect(1).toBe(${fails ? 2 : 1}));`,
          'test("same title", () => expect("ü < & > \\u0000").toHaveLength(9));',
          'test.skip("later", () => {});',
        ].join("\n"),
      ),
    );
  },
  "node:test"(folder, shape) {
    write(folder, "package.json", '{ "type": "module", "scripts": { "test": "node --test" } }');
    eachFile(shape, (name, fails) =>
      write(
        folder,
        `test/${name}.test.js`,
        [
          'import assert from "node:assert";',
          'import { describe, test } from "node:test";',
          `test("waits", () => new Promise((done) => setTimeout(done, ${shape.ms})));`,
          `describe("inner", () => test("fails or not", () => assert.equal(1, ${fails ? 2 : 1})));`,
          'test("later", { skip: "not yet" }, () => {});',
        ].join("\n"),
      ),
    );
  },
  pytest(folder, shape) {
    write(folder, "pytest.ini", "[pytest]\n");
    eachFile(shape, (name, fails) =>
      write(
        folder,
        `tests/test_${name}.py`,
        [
          "import os, select, time",
          "import pytest",
          "def test_is_quick():",
          "    pass",
          "def test_waits():",
          ...waitsInPython(shape, name).map((line) => `    ${line}`),
          '@pytest.mark.parametrize("value", ["a b", "[x]", "c::d"])',
          "def test_values(value):",
          `    assert value ${fails ? "==" : "!="} "nothing"`,
          '@pytest.mark.skip(reason="not yet")',
          "def test_later():",
          "    pass",
        ].join("\n"),
      ),
    );
  },
  "go test"(folder, shape) {
    write(folder, "go.mod", "module example.org/suite\n\ngo 1.19");
    eachFile(shape, (name, fails) =>
      write(
        folder,
        `${name}/all_test.go`,
        [
          `package ${name}`,
          'import ("os"; "testing"; "time")',
          "func isThere(file string) bool { _, err := os.Stat(file); return err == nil }",
          "func TestIsQuick(t *testing.T) {}",
          `func TestWaits(t *testing.T) { ${waitsInGo(shape, name)} }`,
          `func TestTable(t *testing.T) { for _, n := range []string{"a b", "c/d"} { t.Run(n, func(t *testing.T) { if ${fails} { t.Fatal("no") } }) } }`,
          'func TestLater(t *testing.T) { t.Skip("not yet") }',
        ].join("\n"),
      ),
    );
  },
};

function waitsInNode({ ms, gate }: SuiteShape, name: string): string {
  if (gate === undefined) return `await sleep(${ms});`;
  const isOpen = `${JSON.stringify(gate.passes(name))}.some((file) => existsSync(file))`;
  return `writeFileSync("${gate.arrival(name)}", ""); while (!${isOpen}) await sleep(20);`;
}

function waitsInPython({ ms, gate }: SuiteShape, name: string): string[] {
  if (gate === undefined) return [`time.sleep(${ms / 1000})`];
  const isOpen = `any(map(os.path.exists, ${JSON.stringify(gate.passes(name))}))`;
  // Python's own sleep fails where libfaketime moves the clocks.
  const sleep = "select.select([], [], [], 0.02)";
  return [`open("${gate.arrival(name)}", "w").close()`, `while not ${isOpen}: ${sleep}`];
}

function waitsInGo({ ms, gate }: SuiteShape, name: string): string {
  if (gate === undefined) return `time.Sleep(${ms} * time.Millisecond)`;
  const isOpen = gate.passes(name).map((file) => `isThere("${file}")`);
  return `os.Create("${gate.arrival(name)}"); for !(${isOpen.join(" || ")}) { time.Sleep(20 * time.Millisecond) }`;
}

function eachFile({ files, failing }: SuiteShape, work: (name: string, fails: boolean) => void): void {
  for (let number = 0; number < files; number++) work(`f${number}`, failing === true && number === files - 1);
}

function write(folder: string, file: string, text: string): void {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${text}\n`);
}
