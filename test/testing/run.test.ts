import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";
import { testResult } from "#faces/test";
import { SuiteFolder } from "../helpers/fleet-run.ts";
import { eventually } from "../helpers/processes.ts";
import { caelumBin } from "../helpers/run-caelum.ts";
import { countedResults, startTests } from "../helpers/testing/test-run.ts";
import { processesWith } from "../helpers/testing/processes-with.ts";

const suite = new SuiteFolder();
afterAll(() => suite.remove());

/** A project of Node's own runner with these test files. */
function project(files: Readonly<Record<string, string>>): string {
  const folder = suite.folder();
  mkdirSync(path.join(folder, "test"));
  const manifest = { type: "module", scripts: { test: "node --test" } };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) {
    const head =
      'import { test } from "node:test";\nimport assert from "node:assert";\nimport fs from "node:fs";\n';
    writeFileSync(path.join(folder, "test", `${name}.test.js`), head + text);
  }
  return folder;
}

async function run(files: Readonly<Record<string, string>>, flags: readonly string[] = []) {
  const folder = project(files);
  const started = startTests(suite, folder, flags);
  const { exitCode, stderr } = await started.process;
  return { folder, exitCode, stderr, record: started.record, events: started.events };
}

const passes = 'test("passes", () => {});';

describe("caelum test on this machine", () => {
  test("passes with exit code 0, fails with 1, and the command it gives fails alone", async () => {
    expect((await run({ a: passes })).exitCode).toBe(0);
    const { folder, exitCode, record } = await run({
      a: passes,
      b: 'test("it\'s $HOME", () => assert.equal(1, 2)); test("other", () => {});',
    });
    expect(exitCode).toBe(1);
    const { verdict, tests } = record();
    expect(verdict).toBe("failed");
    const [failed] = tests.filter(({ result }) => result.outcome === "failed");
    const again = await execa("sh", ["-c", failed!.reproduce!], { cwd: folder, reject: false });
    expect(again.exitCode).toBe(1);
    expect(again.stdout).toContain("fail 1");
  });

  test("the command for a test of a project further down works at the root", async () => {
    const folder = suite.folder();
    mkdirSync(path.join(folder, "in ner/test"), { recursive: true });
    writeFileSync(path.join(folder, "in ner/package.json"), '{ "scripts": { "test": "node --test" } }');
    writeFileSync(
      path.join(folder, "in ner/test/a.test.js"),
      'const { test } = require("node:test"); test("fails", () => { throw new Error("no"); }); test("other", () => {});',
    );
    const started = startTests(suite, folder);
    expect((await started.process).exitCode).toBe(1);
    const { reproduce } = started.record().tests.find(({ result }) => result.outcome === "failed")!;
    const again = await execa("sh", ["-c", reproduce!], { cwd: folder, reject: false });
    expect(again.stdout).toContain("pass 0");
    expect(again.stdout).toContain("fail 1");
  });

  test("a failure is tried again once; a pass then is flaky, which may count as a failure", async () => {
    const flaky = {
      a: 'const f = new URL("./seen", import.meta.url); test("now and then", () => { if (!fs.existsSync(f)) { fs.writeFileSync(f, ""); assert.fail("first time"); } }); test("steady", () => {});',
    };
    const once = await run(flaky);
    expect(once.exitCode).toBe(0);
    const tries = once.record().tests.filter(({ result }) => result.test.title[0] === "now and then");
    expect(tries.map(({ attempt, result }) => [attempt, result.outcome])).toEqual([
      [1, "failed"],
      [2, "passed"],
    ]);
    expect(once.record().tests.filter(({ result }) => result.test.title[0] === "steady")).toHaveLength(1);
    expect((await run(flaky, ["--flaky", "fail"])).exitCode).toBe(1);
    expect((await run(flaky, ["--retry", "0"])).exitCode).toBe(1);
  });

  test("more than ten failures are not tried again", async () => {
    const { exitCode, record } = await run({
      a: Array.from({ length: 11 }, (_, index) => `test("f${index}", () => assert.fail("no"));`).join("\n"),
    });
    expect(exitCode).toBe(1);
    expect(record().tests.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 11 }, () => 1));
  });

  test("a file that cannot be loaded fails, and the others are run", async () => {
    const { exitCode, record } = await run({ a: passes, b: "this is no JavaScript" }, ["--retry", "0"]);
    expect(exitCode).toBe(1);
    const { units, verdict } = record();
    expect(verdict).toBe("failed");
    expect(units.map(({ unit, end }) => [unit.file, end.end])).toEqual(
      expect.arrayContaining([
        ["test/a.test.js", "done"],
        ["test/b.test.js", expect.stringMatching(/broken|done/)],
      ]),
    );
    expect(record().tests.some(({ result }) => result.test.file === "test/a.test.js")).toBe(true);
  });

  test("a test that kills its runner is named, and costs the others nothing", async () => {
    const { exitCode, record } = await run({
      a: passes,
      b: 'test("kills", () => process.kill(process.ppid, "SIGKILL") && process.kill(process.pid, "SIGKILL"));',
      c: passes,
    });
    expect(exitCode).toBe(1);
    const bad = record().units.filter(({ end }) => end.end !== "done");
    expect([...new Set(bad.map(({ unit }) => unit.file))]).toEqual(["test/b.test.js"]);
    expect(countedResults(record()).filter((line) => line.endsWith("passed"))).toHaveLength(2);
  });

  test("a test that hangs is ended, with what it was doing", async () => {
    const { exitCode, record } = await run({ a: 'test("hangs", () => { for (;;); });', b: passes }, [
      "--timeout",
      "3s",
      "--retry",
      "0",
    ]);
    expect(exitCode).toBe(1);
    const [hung] = record().units.filter(({ end }) => end.end === "timeout");
    expect(hung?.unit.file).toBe("test/a.test.js");
    expect(hung?.end.failure?.details).toMatch(/busy process:\n +at .*\(test\/a\.test\.js:4:\d+\)/);
    expect(hung?.end.failure?.details).not.toContain("Debugger");
  });

  test("megabytes and bytes that are no text do not stand in the way, and are bounded", async () => {
    const { exitCode, record } = await run({
      a: 'test("prints", () => { for (let i = 0; i < 200; i++) process.stdout.write("x".repeat(50_000) + "\\n"); });',
      b: 'test("bytes", () => { process.stdout.write(Buffer.from([0, 255, 254, 27, 91, 50, 74, 10])); process.stderr.write(Buffer.alloc(5000, 200)); });',
    });
    expect(exitCode).toBe(0);
    expect(countedResults(record())).toHaveLength(2);
    for (const { log } of record().units) expect((log ?? "").length).toBeLessThan(40_000);
  });

  test("tests that listen on a port get one of their own", async () => {
    const listens =
      'import net from "node:net"; test("listens", async () => { const server = net.createServer().listen(Number(process.env.CAELUM_PORT_BASE)); await new Promise((done, fail) => { server.once("listening", done); server.once("error", fail); }); await new Promise((done) => setTimeout(done, 1500)); server.close(); });';
    const { exitCode, record } = await run({ a: listens, b: listens }, ["--workers", "2", "--retry", "0"]);
    expect(exitCode, JSON.stringify(record().tests)).toBe(0);
  });

  test("a port that two tests want is told as what it is", async () => {
    const listens =
      'import net from "node:net"; test("listens", async () => { const server = net.createServer().listen(PORT); await new Promise((done, fail) => { server.once("listening", done); server.once("error", fail); }); await new Promise((done) => setTimeout(done, 3000)); server.close(); });'.replace(
        "PORT",
        String(20_000 + (process.pid % 10_000)),
      );
    const { exitCode, record } = await run({ a: listens, b: listens }, ["--workers", "2", "--retry", "0"]);
    expect(exitCode).toBe(1);
    expect(
      record()
        .tests.map(({ result }) => result.outcome)
        .toSorted(),
    ).toEqual(["failed", "passed"]);
    const text = testResult(record(), { color: false, width: 100, quiet: false, verbose: false }).join("\n");
    expect(text).toContain("CAELUM_PORT_BASE");
  });

  test("a runner that is not installed is named, and no test counts as run", async () => {
    const folder = suite.folder();
    const manifest = { scripts: { test: "vitest run" }, devDependencies: { vitest: "*" } };
    writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(path.join(folder, "a.test.js"), "");
    const started = startTests(suite, folder);
    expect((await started.process).exitCode).toBe(5);
    const { verdict, incomplete, tests } = started.record();
    expect({ verdict, tests }).toEqual({ verdict: "incomplete", tests: [] });
    expect(incomplete.join()).toMatch(/vitest is missing \(install the project's packages/);
  });

  test("coverage that would be half a picture is refused before the first test", async () => {
    const folder = project({ a: passes });
    writeFileSync(
      path.join(folder, "caelum.config.json"),
      JSON.stringify({ test: { generic: { run: "touch ran" } } }),
    );
    const started = startTests(suite, folder, ["--coverage"]);
    const { exitCode, stderr } = await started.process;
    expect(exitCode).toBe(2);
    expect(stderr).toContain("CAELUM_NO_COVERAGE");
    expect(stderr).toContain("caelum does not measure what generic runs");
    expect(existsSync(path.join(folder, "ran"))).toBe(false);
  });

  test("stops at the first failure when asked to, and says so", async () => {
    const slow = 'test("slow", () => new Promise((done) => setTimeout(done, 20_000)));';
    const { exitCode, record } = await run(
      { a: 'test("fails", () => assert.fail("no"));', b: slow, c: slow },
      ["--fail-fast", "--workers", "2"],
    );
    expect(exitCode).toBe(1);
    expect(record()).toMatchObject({
      verdict: "failed",
      restricted: expect.stringContaining("first failure"),
    });
  });

  test("runs everything as often as asked, and each time counts", async () => {
    const { exitCode, record } = await run({ a: passes, b: passes }, ["--repeat", "3"]);
    expect(exitCode).toBe(0);
    expect(
      record()
        .tests.map(({ attempt }) => attempt)
        .toSorted((a, b) => a - b),
    ).toEqual([1, 1, 2, 2, 3, 3]);
  });

  test("a test that fails in one of several repetitions has failed, and is told as such", async () => {
    const { exitCode, record, folder } = await run(
      {
        a: 'const f = new URL("./seen", import.meta.url); test("now and then", () => { if (!fs.existsSync(f)) { fs.writeFileSync(f, ""); assert.fail("first time"); } });',
      },
      ["--repeat", "3"],
    );
    expect(exitCode).toBe(1);
    expect(record()).toMatchObject({ verdict: "failed", repeat: 3 });
    const text = testResult(record(), { color: false, width: 100, quiet: false, verbose: false }).join("\n");
    expect(text, folder).toContain("on local, 1 of 3 times");
    expect(text).toContain("failed: 1 of 1 test, 3 times   1 flaky");
  });

  test("runs only what is asked for, and says what was left out", async () => {
    const { exitCode, record } = await run({ a: passes, b: passes }, ["--only", "a.test"]);
    expect(exitCode).toBe(0);
    expect(record().tests.map(({ result }) => result.test.file)).toEqual(["test/a.test.js"]);
    expect(record().restricted).toContain("1 file was not run");
    expect((await run({ a: passes }, ["--only", "nothing"])).exitCode).toBe(2);
  });

  test("the shards of a matrix run everything once, and each says which it is", async () => {
    const files = { a: passes, b: passes, c: passes };
    const seen: string[] = [];
    for (const shard of ["1/2", "2/2", "1/1"]) {
      const { exitCode, record } = await run(files, ["--shard-only", shard]);
      expect(exitCode).toBe(0);
      expect(record().restricted).toContain(`shard ${shard.replace("/", " of ")}`);
      if (shard !== "1/1") seen.push(...record().tests.map(({ result }) => result.test.file));
      else expect(record().tests).toHaveLength(3);
    }
    expect(seen.toSorted()).toEqual(["test/a.test.js", "test/b.test.js", "test/c.test.js"]);
    expect((await run(files, ["--shard-only", "4/4"])).record()).toMatchObject({
      verdict: "passed",
      tests: [],
    });
    for (const wrong of ["0/2", "3/2", "2", "a/b"])
      expect((await startTests(suite, project(files), ["--shard-only", wrong]).process).exitCode).toBe(2);
  });

  test("runs what is near a change alone", async () => {
    const folder = project({ a: passes, b: passes });
    const git = (...args: string[]) =>
      execa("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: folder });
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-qm", "all");
    mkdirSync(path.join(folder, "src"));
    writeFileSync(path.join(folder, "src/b.js"), "export {};");
    const started = startTests(suite, folder, ["--changed-only"]);
    expect((await started.process).exitCode).toBe(0);
    expect(started.record().tests.map(({ result }) => result.test.file)).toEqual(["test/b.test.js"]);
    const first = startTests(suite, folder, ["--changed", "--workers", "1"]);
    expect((await first.process).exitCode).toBe(0);
    expect(first.record().tests.map(({ result }) => result.test.file)).toEqual([
      "test/b.test.js",
      "test/a.test.js",
    ]);
  });

  test("what a runner says when it cannot list is told", async () => {
    const folder = project({});
    writeFileSync(path.join(folder, "go.mod"), "module x\ngo 1.19\nrequire (\n");
    writeFileSync(path.join(folder, "x_test.go"), "package x\n");
    const started = startTests(suite, folder, []);
    const { exitCode, stderr } = await started.process;
    expect(exitCode).toBe(1);
    expect(stderr).toContain("go.mod:");
  });

  test("a folder without tests is answered with what to do", async () => {
    const folder = suite.folder();
    const { exitCode, stderr } = await startTests(suite, folder).process;
    expect(exitCode).toBe(2);
    expect(stderr).toContain("generic:");
    expect((await startTests(suite, path.join(folder, "nowhere")).process).exitCode).toBe(2);
  });

  test("files without a single test are no success", async () => {
    const folder = suite.folder();
    const generic = { run: "echo '<testsuites/>' > report.xml", junit: "report.xml" };
    writeFileSync(path.join(folder, "caelum.config.json"), JSON.stringify({ test: { generic } }));
    const { exitCode, stderr } = await startTests(suite, folder).process;
    expect(exitCode).toBe(2);
    expect(stderr).toContain("there is no test in the files that were run");
  });

  for (const [how, signal, code] of [
    ["ctrl-C", "SIGINT", 130],
    ["kill -9", "SIGKILL", undefined],
  ] as const) {
    test(`${how} leaves nothing behind`, async () => {
      const folder = project({
        a: 'import { spawn } from "node:child_process"; test("forks", async () => { spawn("sleep", ["987"], { detached: true, stdio: "ignore" }).unref(); await new Promise((done) => setTimeout(done, 60_000)); });',
      });
      const started = startTests(suite, folder);
      await started.saw("the test runs", ({ type }) => type === "tests.started");
      await eventually("it has forked", () =>
        processesWith(folder).some(({ command }) => command === "sleep 987"),
      );
      started.process.kill(signal);
      const { exitCode } = await started.process;
      expect(exitCode).toBe(code);
      await eventually(
        `nothing runs: ${processesWith(folder)
          .map(({ command }) => command)
          .join(" | ")}`,
        () => processesWith(folder).length === 0,
      );
    });
  }

  test("what is said is sentences, and the verdict and a command come last", async () => {
    const folder = project({ a: 'test("fails", () => assert.equal("got", "wanted"));' });
    const { stdout, exitCode } = await execa(process.execPath, [caelumBin, "test", folder], {
      reject: false,
      env: { HOME: suite.folder(), NO_COLOR: "1" },
    });
    expect(exitCode).toBe(1);
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("✗ test/a.test.js > fails");
    expect(lines.at(-2)).toMatch(/^failed: 1 of 1 test {3}/);
    expect(lines.at(-1)).toMatch(/^ {2}node --test .*test\/a\.test\.js$/);
    expect(readFileSync(path.join(folder, "package.json"), "utf8")).toContain("node --test");
  });
});
