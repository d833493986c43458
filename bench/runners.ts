import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { projectFolder } from "../src/testing/runners/detect.ts";
import { runners } from "../src/testing/runners/registry.ts";
import type { Runner, RunnerContext } from "../src/testing/runners/runner.ts";

/**
 * What a batch costs beside its tests: one trivial file, in a session that is up already. The first batch, which starts
 * the runner, stands beside it. Medians of wall time; run on an idle machine.
 *
 *     node bench/runners.ts [runner …]
 */
const root = path.resolve(import.meta.dirname, "..");
const rounds = 7;

/** A trivial test of each runner: fixture to put it into, name, content. */
const trivial: Readonly<Record<string, readonly [fixture: string, file: string, text: string]>> = {
  vitest: ["vitest", "test/trivial.test.js", 'import { test } from "vitest";\ntest("t", () => {});\n'],
  jest: ["jest", "test/trivial.test.js", 'test("t", () => {});\n'],
  mocha: ["mocha", "test/trivial.test.cjs", 'it("t", () => {});\n'],
  "node:test": [
    "node-test",
    "test/trivial.test.js",
    'import { test } from "node:test";\ntest("t", () => {});\n',
  ],
  pytest: ["pytest", "tests/test_trivial.py", "def test_t(): pass\n"],
  go: ["go", "trivial/t_test.go", 'package trivial\nimport "testing"\nfunc TestT(t *testing.T) {}\n'],
  rspec: ["rspec", "spec/trivial_spec.rb", 'RSpec.describe("t") { it("t") {} }\n'],
};

function copyOf(fixture: string, file: string, text: string): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "caelum-bench-")));
  cpSync(path.join(root, "test/fixtures/testing", fixture), folder, { recursive: true });
  mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
  writeFileSync(path.join(folder, file), text);
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  return folder;
}

async function measure(
  runner: Runner,
  folder: string,
  file: string,
): Promise<{ first: number; next: number; tests: number }> {
  const scratch = realpathSync(mkdtempSync(path.join(os.tmpdir(), "caelum-bench-scratch-")));
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.split(path.sep).join("/"))
    .filter((name) => !name.startsWith("node_modules/"))
    .toSorted();
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const context: RunnerContext = {
    project: projectFolder({ folder, files }, files, ""),
    env,
    scratch,
    slot: 0,
    timeoutMs: 60_000,
    args: [],
    log: () => {},
  };
  const never = new AbortController().signal;
  const units = (await runner.list(context, never)).filter(
    (unit) => unit.file === file || unit.file === path.posix.dirname(file),
  );
  const session = await runner.start(context);
  let tests = 0;
  const walls: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const started = performance.now();
    await session.run(units, (event) => void (tests += event.type === "test" ? 1 : 0), never);
    walls.push(performance.now() - started);
  }
  await session.stop();
  rmSync(scratch, { recursive: true, force: true });
  const [first = 0, ...rest] = walls;
  return { first, next: rest.toSorted((a, b) => a - b)[rest.length >> 1] ?? 0, tests };
}

const wanted = process.argv.slice(2);
for (const runner of runners) {
  const project = trivial[runner.name];
  if (project === undefined || (wanted.length > 0 && !wanted.includes(runner.name))) continue;
  const [fixture, file, text] = project;
  const folder = copyOf(fixture, file, text);
  const { first, next, tests } = await measure(runner, folder, file);
  rmSync(folder, { recursive: true, force: true });
  if (tests !== rounds + 1) throw new Error(`${runner.name} ran ${tests} tests instead of ${rounds + 1}`);
  console.log(
    `${runner.name.padEnd(10)} first ${first.toFixed(0).padStart(5)} ms   next ${next.toFixed(0).padStart(5)} ms`,
  );
}
