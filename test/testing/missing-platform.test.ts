import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fleetFile, SuiteFolder } from "../helpers/fleet-run.ts";
import { passingProject } from "../helpers/testing/passing-project.ts";
import { startTests } from "../helpers/testing/test-run.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: missing platforms are not tested: ${reason}\n`);

describe.skipIf(reason !== undefined)(
  `a platform without a host${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const suite = new SuiteFolder();
    let lab: Lab;

    beforeAll(async () => {
      lab = await Lab.start({ only: {}, late: {} });
    }, 120_000);

    afterAll(async () => {
      await lab.stop();
      suite.remove();
    });

    test("that comes late keeps no other platform waiting", async () => {
      const fleet = fleetFile(
        suite,
        lab,
        ["only"],
        ["  - { name: late, ssh: late, slots: 1, labels: [far] }"],
      );
      lab.link("late").pull();
      const run = startTests(suite, passingProject(suite), [
        "--fleet",
        fleet,
        "--no-local",
        "--platforms",
        "linux,far",
      ]);
      await run.saw("linux is done", (event) => event.type === "platform.finished");
      expect(run.events.some((event) => event.type === "host.ready" && event.host === "late")).toBe(false);
      lab.link("late").plug();
      const { exitCode, stderr } = await run.process;
      expect(exitCode, stderr.slice(-2000)).toBe(0);
      const { platforms } = run.record();
      expect(platforms.map(({ name, complete }) => [name, complete])).toEqual([
        ["linux", true],
        ["far", true],
      ]);
    }, 60_000);

    test("is told as such, and this machine does not list or wait in its place", async () => {
      const folder = passingProject(suite);
      const fleet = fleetFile(suite, lab, ["only"]);
      const run = startTests(suite, folder, [
        "--fleet",
        fleet,
        "--platforms",
        "linux,far",
        "--allow-missing",
      ]);
      expect((await run.process).exitCode).toBe(5);
      expect(run.record()).toMatchObject({ verdict: "incomplete", incomplete: ["far: no host"] });
      expect(run.events.flatMap((event) => (event.type === "tests.found" ? [event.platform] : []))).toEqual([
        "linux",
      ]);
    }, 60_000);
  },
);
