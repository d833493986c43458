import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeOnFleet, fleetFile, localReport, SuiteFolder } from "../helpers/fleet-run.ts";
import { copyRealSources } from "../helpers/real-sources.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: a fleet's second run is not tested: ${reason}\n`);

describe.skipIf(reason !== undefined)("a second run over several hosts", { timeout: 120_000 }, () => {
  const suite = new SuiteFolder();
  const project = path.join(suite.path, "project");
  const names = ["a", "b", "c", "d"];
  let lab: Lab;

  beforeAll(async () => {
    copyRealSources(project);
    lab = await Lab.start(Object.fromEntries(names.map((name) => [name, {}])));
    // So that each of them is slow enough to have its part of the work.
    for (const name of names) lab.link(name).turn({ delayMs: 60 });
  }, 120_000);

  afterAll(async () => {
    await lab.stop();
    suite.remove();
  });

  test("finds most of the content where it was measured before, also without a cache", async () => {
    const flags = ["--fleet", fleetFile(suite, lab, names), "--no-cache", "--no-local"];
    const expected = await localReport(suite, project);
    const runs: { sent: number; saved: number }[] = [];
    for (let run = 0; run < 2; run++) {
      const { process: child, report, events } = analyzeOnFleet(suite, project, flags);
      expect((await child).exitCode).toBe(0);
      expect(readFileSync(report, "utf8") === expected).toBe(true);
      const summary = events.find((event) => event.type === "fleet.summary");
      if (summary?.type !== "fleet.summary") throw new Error("no summary was told");
      runs.push(summary);
    }
    const [first, second] = runs;
    expect(second?.sent).toBeLessThan((first?.sent ?? 0) / 4);
    expect(second?.saved).toBeGreaterThan(second?.sent ?? 0);
  });
});
