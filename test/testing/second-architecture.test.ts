import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cacheFolder } from "#kernel";
import { runtimeFor } from "../../src/agents/bootstrap/runtimes.ts";
import { SuiteFolder } from "../helpers/fleet-run.ts";
import { startTests } from "../helpers/testing/test-run.ts";
import { arm64Libraries, whyNoArm64 } from "../lab/foreign-machine.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

// No test goes to the registry by itself: Node for arm64 is in caelum's cache.
const id = runtimeFor("Linux", "aarch64", "glibc")?.id ?? "";
const cached = path.join(cacheFolder(), "runtimes", id);
const noNode = existsSync(path.join(cached, "node.gz"))
  ? undefined
  : "Node for it is not in caelum's cache: node test/lab/fetch-runtimes.ts Linux aarch64";
const reason = whyNoLab() ?? whyNoArm64() ?? noNode;
if (reason !== undefined) process.stderr.write(`SKIPPED: no suite runs on arm64: ${reason}\n`);

/** Its tests ask the process that runs them where it is. */
const files: Readonly<Record<string, string>> = {
  "package.json": '{ "scripts": { "test": "node --test" } }',
  "test/everywhere.test.js":
    'const { test } = require("node:test");\ntest("adds", () => require("node:assert").equal(1 + 1, 2));\ntest("is put off", { skip: "not yet" }, () => {});\n',
  "test/one-processor.test.js":
    'const { test } = require("node:test");\ntest("runs on x64", () => require("node:assert").equal(process.arch, "x64"));\n',
};

describe.skipIf(reason !== undefined)("a suite on two architectures", () => {
  const suite = new SuiteFolder();
  let lab: Lab;
  let cache: string;

  beforeAll(async () => {
    lab = await Lab.start({ here: {}, arm: { arm64: true, noNode: true } });
    cache = path.join(lab.folder, "cache");
    mkdirSync(path.join(cache, "runtimes"), { recursive: true });
    symlinkSync(cached, path.join(cache, "runtimes", id));
  }, 120_000);

  afterAll(async () => {
    await lab.stop();
    suite.remove();
  });

  test("gives one verdict, and what fails on one alone is said to", async () => {
    const project = suite.folder();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(project, name)), { recursive: true });
      writeFileSync(path.join(project, name), text);
    }
    const fleet = path.join(suite.folder(), "fleet.yaml");
    writeFileSync(
      fleet,
      [
        `sshConfig: ${lab.configFile}`,
        "hosts:",
        "  - { name: here, ssh: here, slots: 1 }",
        `  - { name: arm, ssh: arm, slots: 1, environment: { QEMU_LD_PREFIX: ${arm64Libraries} } }`,
        "",
      ].join("\n"),
    );
    const flags = ["--fleet", fleet, "--no-local", "--retry", "0", "--timeout", "120s"];
    const run = startTests(suite, project, [...flags, "--platforms", "linux-x64,linux-arm64"], {
      CAELUM_CACHE_DIR: cache,
    });
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-3000)).toBe(1);
    const { verdict, platforms, tests } = run.record();
    expect(verdict).toBe("failed");
    expect(platforms.map(({ name, complete, hosts }) => [name, complete, hosts[0]?.system])).toEqual([
      ["linux-x64", true, "linux-x64"],
      ["linux-arm64", true, "linux-arm64"],
    ]);
    const outcomes = tests.map(
      ({ platform, result }) => `${platform} ${result.test.title.join(" > ")} ${result.outcome}`,
    );
    expect(outcomes.toSorted()).toEqual([
      "linux-arm64 adds passed",
      "linux-arm64 is put off skipped",
      "linux-arm64 runs on x64 failed",
      "linux-x64 adds passed",
      "linux-x64 is put off skipped",
      "linux-x64 runs on x64 passed",
    ]);
  }, 300_000);
});
