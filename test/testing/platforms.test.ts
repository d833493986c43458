import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSession } from "#agents";
import { type Host, localHost } from "#fleet";
import { SuiteFolder } from "../helpers/fleet-run.ts";
import { countedResults, startTests } from "../helpers/testing/test-run.ts";
import { WindowsHost, whyNoWindows } from "../lab/windows/windows-host.ts";

const [givenFile = "", givenAlias = ""] = (process.env["CAELUM_WINDOWS_HOST"] ?? "").split(/:(?=[^:]*$)/);
const reason = givenAlias === "" ? whyNoWindows() : undefined;
if (reason !== undefined) process.stderr.write(`SKIPPED: tests on Windows are not tested: ${reason}\n`);

describe.skipIf(reason !== undefined)("tests on Linux and Windows", { timeout: 240_000 }, () => {
  const suite = new SuiteFolder();
  const fleet = path.join(suite.path, "fleet.yaml");
  let made: WindowsHost | undefined;

  beforeAll(async () => {
    made = givenAlias === "" ? await WindowsHost.start() : undefined;
    const { configFile, alias } = made ?? { configFile: givenFile, alias: givenAlias };
    const hosts = [
      "  - { name: here, local: true, slots: 1 }",
      `  - { name: tower, ssh: ${alias}, slots: 1 }`,
    ];
    // It gets its Node here: the tests have caches of their own, and none goes to the registry.
    const tower: Host = { ...localHost, name: alias, address: { type: "ssh", target: alias, configFile } };
    await (await openSession(tower, { silenceMs: 20_000 })).close();
    writeFileSync(fleet, [`sshConfig: ${configFile}`, "hosts:", ...hosts, ""].join("\n"));
  }, 180_000);

  afterAll(async () => {
    await made?.stop();
    suite.remove();
  }, 60_000);

  function project(): string {
    const folder = suite.folder();
    mkdirSync(path.join(folder, "test/inner"), { recursive: true });
    writeFileSync(
      path.join(folder, "package.json"),
      '{ "type": "module", "scripts": { "test": "node --test" } }',
    );
    writeFileSync(path.join(folder, "test/crlf.txt"), "a\r\nb\n");
    const head =
      'import { test } from "node:test";\nimport assert from "node:assert";\nimport fs from "node:fs";\nimport path from "node:path";\n';
    const write = (file: string, text: string): void => writeFileSync(path.join(folder, file), head + text);
    write(
      "test/paths.test.js",
      'test("joins", () => assert.equal(path.join("a", "b"), "a/b")); test("adds", () => assert.equal(1, 1));',
    );
    write(
      "test/inner/bytes.test.js",
      'test("bytes", () => assert.equal(fs.readFileSync(new URL("../crlf.txt", import.meta.url), "latin1"), "a\\r\\nb\\n")); test.skip("later", () => {});',
    );
    write("test/ends.test.js", 'test("ends", () => process.exit(3));');
    return folder;
  }

  test("one verdict; what fails on one platform alone is shown as such", async () => {
    const run = startTests(suite, project(), ["--fleet", fleet, "--platforms", "linux,win", "--retry", "0"]);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-3000)).toBe(1);
    const record = run.record();
    expect(record.verdict).toBe("failed");
    expect(record.platforms.map(({ name, complete, units }) => [name, complete, units])).toEqual([
      ["linux", true, 3],
      ["win", true, 3],
    ]);
    const results = countedResults(record);
    const on = (platform: string): string[] =>
      results
        .filter((line) => line.startsWith(`["${platform}"`))
        .map((line) => line.slice(platform.length + 4));
    const differ = on("win").filter((line) => !on("linux").includes(line));
    expect(differ).toEqual([expect.stringMatching(/"test\/paths\.test\.js",\["joins"\],0\] failed/)]);
    const bad = record.units.filter(({ end }) => end.end !== "done");
    expect(bad.every(({ unit }) => unit.file === "test/ends.test.js")).toBe(true);
  });

  test("coverage of both platforms is one picture, and artifacts lie beside each other", async () => {
    const folder = suite.folder();
    mkdirSync(path.join(folder, "test"));
    mkdirSync(path.join(folder, "src"));
    writeFileSync(path.join(folder, "package.json"), '{ "scripts": { "test": "node --test" } }');
    writeFileSync(
      path.join(folder, "src/system.cjs"),
      'exports.system = () => {\n  if (process.platform === "win32") {\n    return "win";\n  }\n  return "other";\n};\n',
    );
    writeFileSync(
      path.join(folder, "test/a.test.cjs"),
      'require("node:test").test("t", () => { require("node:fs").writeFileSync("shot.txt", require("../src/system.cjs").system()); });',
    );
    const lcov = path.join(suite.folder(), "all.info");
    const artifacts = suite.folder();
    const flags = ["--fleet", fleet, "--platforms", "linux,win", "--coverage", lcov];
    const run = startTests(suite, folder, [
      ...flags,
      "--artifacts",
      "shot.txt",
      "--artifacts-folder",
      artifacts,
    ]);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-3000)).toBe(0);
    const text = readFileSync(lcov, "utf8");
    expect(text).toContain("SF:src/system.cjs");
    // Each platform took a way of its own; only together both are measured.
    const own = text.split("end_of_record").find((record) => record.includes("SF:src/system.cjs"));
    expect(own).toMatch(/^DA:3,1$/m);
    expect(own).toMatch(/^DA:5,1$/m);
    const left = globSync("*/*/**/shot.txt", { cwd: artifacts }).toSorted();
    expect(left.map((file) => readFileSync(path.join(artifacts, file), "utf8"))).toEqual(["other", "win"]);
  });

  test("names that Windows cannot hold are refused before anything is sent", async () => {
    const folder = project();
    writeFileSync(path.join(folder, "aux.txt"), "");
    writeFileSync(path.join(folder, "a:b"), "");
    const { exitCode, stderr } = await startTests(suite, folder, [
      "--fleet",
      fleet,
      "--platforms",
      "linux,win",
    ]).process;
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/aux\.txt[^]*a:b|a:b[^]*aux\.txt/);
  });

  test("a platform without a host ends the run, or is told as missing", async () => {
    const folder = project();
    const alone = startTests(suite, folder, [
      "--fleet",
      fleet,
      "--hosts",
      "here",
      "--platforms",
      "linux,mac",
    ]);
    expect((await alone.process).exitCode).toBe(3);
    const flags = ["--fleet", fleet, "--hosts", "here", "--platforms", "linux,mac", "--allow-missing"];
    const run = startTests(suite, folder, flags);
    expect((await run.process).exitCode).toBe(5);
    expect(run.record()).toMatchObject({ verdict: "incomplete", incomplete: ["mac: no host"] });
  });
});
