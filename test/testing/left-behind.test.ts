import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fleetFile, SuiteFolder } from "../helpers/fleet-run.ts";
import { countedResults, startTests } from "../helpers/testing/test-run.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const reason = whyNoLab();
if (reason !== undefined)
  process.stderr.write(`SKIPPED: what tests leave on hosts is not tested: ${reason}\n`);

const half = "exports.half = (which) => {\n  if (which) return 1;\n  return 2;\n};\n";
const wait = "await new Promise((done) => setTimeout(done, 1500));";

function leaves(which: boolean, name: string): string {
  return `test("t", async () => { half(${which}); ${wait} fs.mkdirSync("shots", { recursive: true }); fs.writeFileSync("shots/${name}.txt", "${name}"); });`;
}

describe.skipIf(reason !== undefined)("what tests leave on hosts", { timeout: 120_000 }, () => {
  const suite = new SuiteFolder();
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start({ one: {}, two: {}, small: { homeBytes: 40_000_000 } });
  }, 60_000);

  afterAll(async () => {
    await lab.stop();
    suite.remove();
  });

  function project(tests: Readonly<Record<string, string>>): string {
    const folder = suite.folder();
    for (const name of ["test", "src"]) mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, "package.json"), '{ "scripts": { "test": "node --test" } }');
    writeFileSync(path.join(folder, "src/half.cjs"), half);
    const head =
      'const { test } = require("node:test"); const fs = require("node:fs"); const { half } = require("../src/half.cjs");\n';
    for (const [name, text] of Object.entries(tests))
      writeFileSync(path.join(folder, `test/${name}.test.cjs`), head + text);
    return folder;
  }

  test("coverage and artifacts of two hosts come together, with the paths of the tree", async () => {
    const folder = project({
      a: leaves(true, "a"),
      b: leaves(false, "b"),
      c: leaves(true, "c"),
      d: leaves(false, "d"),
    });
    const lcov = path.join(suite.folder(), "all.info");
    const artifacts = suite.folder();
    const flags = ["--fleet", fleetFile(suite, lab, ["one", "two"]), "--no-local", "--coverage", lcov];
    const more = ["--artifacts", "shots/*.txt", "--artifacts-folder", artifacts];
    const run = startTests(suite, folder, [...flags, ...more]);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-3000)).toBe(0);
    expect(new Set(run.record().tests.map(({ host }) => host))).toEqual(new Set(["one", "two"]));
    const [record] = readFileSync(lcov, "utf8")
      .split("end_of_record")
      .filter((text) => text.includes("half.cjs"));
    expect(record).toMatch(/^SF:src\/half\.cjs$/m);
    expect(record).toMatch(/^DA:2,4$/m);
    expect(record).toMatch(/^DA:3,2$/m);
    const found = globSync("linux/*/**/*.txt", { cwd: artifacts }).map((file) => path.basename(file));
    expect(found.toSorted()).toEqual(["a.txt", "b.txt", "c.txt", "d.txt"]);
  });

  test("a test that fills the disk of a host fails, says so, and costs the others nothing; the next run works", async () => {
    const fills = `test("fills", () => { const file = fs.openSync("big", "w"); for (let i = 0; i < 200; i++) fs.writeSync(file, Buffer.alloc(1 << 20)); });`;
    const fine = 'test("fine", () => {});';
    const folder = project({ a: fills, b: fine, c: fine, d: fine });
    const flags = ["--fleet", fleetFile(suite, lab, ["small"]), "--no-local", "--retry", "0"];
    const run = startTests(suite, folder, flags);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-3000)).toBe(1);
    expect(run.record()).toMatchObject({ verdict: "failed", incomplete: [] });
    expect(countedResults(run.record()).map((line) => line.split("] ").at(-1))).toEqual([
      "failed",
      "passed",
      "passed",
      "passed",
    ]);
    const [failed] = run.record().tests.filter(({ result }) => result.outcome === "failed");
    expect(failed?.result.failures?.[0]?.message).toContain("ENOSPC");
    writeFileSync(
      path.join(folder, "test/a.test.cjs"),
      `require("node:test").test("fills no more", () => {});`,
    );
    const again = startTests(suite, folder, flags);
    expect((await again.process).exitCode, "after the disk was full").toBe(0);
    expect(existsSync(path.join(folder, "big"))).toBe(false);
  });
});
