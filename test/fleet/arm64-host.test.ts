import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openSession } from "#agents";
import { cacheFolder } from "#kernel";
import { runtimeFor } from "../../src/agents/bootstrap/runtimes.ts";
import { analyzeOnFleet, localReport, SuiteFolder } from "../helpers/fleet-run.ts";
import { builtForTests } from "../helpers/local-session.ts";
import { arm64Libraries, whyNoArm64 } from "../lab/foreign-machine.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

// No test goes to the registry by itself: Node for arm64 is in caelum's cache.
const id = runtimeFor("Linux", "aarch64", "glibc")?.id ?? "";
const cached = path.join(cacheFolder(), "runtimes", id);
const noNode = existsSync(path.join(cached, "node.gz"))
  ? undefined
  : "Node for it is not in caelum's cache: node test/lab/fetch-runtimes.ts Linux aarch64";
const reason = whyNoLab() ?? whyNoArm64() ?? noNode;
if (reason !== undefined) process.stderr.write(`SKIPPED: no arm64 host is tested: ${reason}\n`);

describe.skipIf(reason !== undefined)("a host with another processor", () => {
  const suite = new SuiteFolder();
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start({ arm: { arm64: true, noNode: true } });
    const runtimes = path.join(lab.folder, "cache/runtimes");
    mkdirSync(runtimes, { recursive: true });
    symlinkSync(cached, path.join(runtimes, id));
    process.env["CAELUM_CACHE_DIR"] = path.join(lab.folder, "cache");
  }, 120_000);

  afterAll(async () => {
    delete process.env["CAELUM_CACHE_DIR"];
    await lab.stop();
    suite.remove();
  });

  test("gets the Node for it, and that runs the agent, workers and commands", async () => {
    const { agent } = await builtForTests();
    const session = await openSession(lab.host("arm"), { agent, silenceMs: 60_000 });
    onTestFinished(() => session.close());
    expect(session.start).toBe("shipped");
    expect(session.hello).toMatchObject({ platform: "linux", arch: "arm64" });
    const command = await session.exec("uname", ["-m"]);
    command.stderr.resume();
    expect((await text(command.stdout)).trim()).toBe("aarch64");
  }, 180_000);

  test("measures the same as this machine", async () => {
    const project = suite.folder();
    writeFileSync(path.join(project, "a.py"), "def f(x):\n    return 1 if x else 2\n");
    writeFileSync(
      path.join(project, "b.go"),
      "package b\n\nfunc F(x int) int {\n\tif x > 1 {\n\t\treturn 2\n\t}\n\treturn 1\n}\n",
    );
    const file = path.join(suite.folder(), "fleet.yaml");
    writeFileSync(
      file,
      `sshConfig: ${lab.configFile}\nhosts:\n  - { name: arm, ssh: arm, slots: 1, environment: { QEMU_LD_PREFIX: ${arm64Libraries} } }\n`,
    );
    const run = analyzeOnFleet(suite, project, ["--fleet", file, "--no-cache", "--no-local"]);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-2000)).toBe(0);
    expect(readFileSync(run.report, "utf8")).toBe(await localReport(suite, project));
  }, 180_000);
});
