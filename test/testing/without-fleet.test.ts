import { afterAll, describe, expect, test } from "vitest";
import { SuiteFolder } from "../helpers/fleet-run.ts";
import { passingProject } from "../helpers/testing/passing-project.ts";
import { startTests } from "../helpers/testing/test-run.ts";

describe("without a fleet", () => {
  const suite = new SuiteFolder();
  const own = { linux: "linux", darwin: "mac", win32: "win" }[process.platform as string] ?? process.platform;
  const other = own === "win" ? "mac" : "win";

  afterAll(() => suite.remove());

  test("this machine is the platform that it is", async () => {
    const run = startTests(suite, passingProject(suite), ["--platforms", own]);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr).toBe(0);
    expect(run.record()).toMatchObject({ verdict: "passed", platforms: [{ name: own, complete: true }] });
    const all = startTests(suite, passingProject(suite), ["--platforms", "all"]);
    expect((await all.process).exitCode).toBe(0);
  });

  test("another platform is told as missing, and without --allow-missing nothing counts", async () => {
    const run = startTests(suite, passingProject(suite), ["--platforms", `${own},${other}`]);
    const { exitCode, stderr } = await run.process;
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`no host for platform \\"${other}\\"`);
    expect(stderr).toContain("there is no fleet beside this machine");
    const mistaken = startTests(suite, passingProject(suite), ["--platforms", `x${own}`]);
    const { exitCode: none, stderr: meant } = await mistaken.process;
    expect(none).toBe(3);
    expect(meant).toContain(`no host for platform \\"x${own}\\": there is no fleet beside this machine`);
    expect(meant).toContain(`did you mean ${own}?`);
    const allowed = startTests(suite, passingProject(suite), [
      "--platforms",
      `${own},${other}`,
      "--allow-missing",
    ]);
    expect((await allowed.process).exitCode).toBe(5);
    expect(allowed.record()).toMatchObject({ verdict: "incomplete", incomplete: [`${other}: no host`] });
  });
});
