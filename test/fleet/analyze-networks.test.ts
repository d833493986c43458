import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeOnFleet, expectClean, fleetFile, localReport, SuiteFolder } from "../helpers/fleet-run.ts";
import { copyRealSources } from "../helpers/real-sources.ts";
import { Lab, whyNoLab, whyNoNetworks } from "../lab/lab.ts";

const reason = whyNoLab() ?? whyNoNetworks();
if (reason !== undefined)
  process.stderr.write(`SKIPPED: faults in the kernel's own network are not tested: ${reason}\n`);
const title = `a fleet on networks of the kernel${reason === undefined ? "" : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, { timeout: 120_000 }, () => {
  const suite = new SuiteFolder();
  const project = path.join(suite.path, "project");
  const slow = { bytesPerSecond: 250_000 };
  let lab: Lab;
  let expected: string;

  beforeAll(async () => {
    copyRealSources(project);
    const names = ["pulled", "beside", "shaped", "lossy"];
    lab = await Lab.start(Object.fromEntries(names.map((name) => [name, { ownNetwork: true }])));
    expected = await localReport(suite, project);
  }, 120_000);

  afterAll(async () => {
    await lab.stop();
    suite.remove();
  });

  const start = (...names: string[]) =>
    analyzeOnFleet(suite, project, ["--fleet", fleetFile(suite, lab, names), "--no-cache", "--no-local"]);

  test.concurrent("loses one to a pulled cable, gets it back, and the report is the same", async () => {
    const [pulled, beside] = [lab.faults("pulled"), lab.faults("beside")];
    const run = start("pulled", "beside");
    await run.saw(
      "both are ready",
      () => run.events.filter(({ type }) => type === "host.ready").length === 2,
    );
    for (const { cable } of [pulled, beside]) cable.turn({ bytesPerSecond: 60_000 });
    await run.saw("it works", (event) => event.type === "unit.finished" && event.host === "pulled");
    pulled.cable.pull();
    await run.saw("the loss is told", (event) => event.type === "host.state" && event.state === "resting");
    pulled.cable.plug();
    for (const { cable } of [pulled, beside]) cable.turn({});
    expect((await run.process).exitCode).toBe(0);
    expect(readFileSync(run.report, "utf8") === expected).toBe(true);
    await expectClean(lab, ["pulled", "beside"]);
  });

  test.concurrent("works at 2 Mbit/s", async () => {
    lab.faults("shaped").cable.turn(slow);
    const run = start("shaped");
    expect((await run.process).exitCode).toBe(0);
    expect(readFileSync(run.report, "utf8") === expected).toBe(true);
    await expectClean(lab, ["shaped"]);
  });

  test.concurrent("works with 5 % of all packets lost", async () => {
    lab.faults("lossy").cable.turn({ lossPart: 0.05 });
    const run = start("lossy");
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-3000)).toBe(0);
    expect(readFileSync(run.report, "utf8") === expected).toBe(true);
    lab.faults("lossy").cable.turn({});
    await expectClean(lab, ["lossy"]);
  });
});
