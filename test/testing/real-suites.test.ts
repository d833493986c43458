import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestRunRecord } from "#testing";
import { fleetFile, SuiteFolder } from "../helpers/fleet-run.ts";
import { realSuites, whyNotPlaced } from "../helpers/testing/real-suites.ts";
import { startTests } from "../helpers/testing/test-run.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const names = ["one", "two", "three", "four"];
const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: real suites are not tested: ${reason}\n`);

/** The same words as the runners alone have. */
function outcomes({ tests }: TestRunRecord): string[] {
  const last = new Map(tests.map(({ result }) => [JSON.stringify(result.test), result]));
  return (
    [...last.values()]
      // A module that skips itself counts as one test; pytest counts it, too, but has no line for it.
      .filter(({ test }) => test.runner !== "pytest" || test.title.join() !== path.basename(test.file))
      .map(({ test, outcome }) => JSON.stringify([test.file, test.title, outcome]))
      .toSorted()
  );
}

describe.skipIf(reason !== undefined)("suites that nobody here wrote", { timeout: 900_000 }, () => {
  const suite = new SuiteFolder();
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start(Object.fromEntries(names.map((name) => [name, {}])));
  });

  afterAll(async () => {
    await lab.stop();
    suite.remove();
  });

  for (const [name, real] of Object.entries(realSuites)) {
    test(`${name}: the same tests and outcomes as its runner alone, over 1, 2 and 4 hosts`, async (context) => {
      const folder = path.join(suite.path, name.split(" ")[0]!);
      const why = await whyNotPlaced(real, folder);
      if (why !== undefined) process.stderr.write(`SKIPPED: ${name}: ${why}\n`);
      context.skip(why !== undefined, why);
      const alone = await real.alone(folder);
      expect(alone.length).toBeGreaterThan(100);
      for (const hosts of [1, 2, 4]) {
        const fleet = fleetFile(suite, lab, names.slice(0, hosts));
        const run = startTests(suite, folder, ["--fleet", fleet, "--no-local", "--retry", "0"]);
        const { exitCode, stderr } = await run.process;
        expect([0, 1], stderr.slice(-2000)).toContain(exitCode);
        expect(outcomes(run.record())).toEqual(alone);
      }
    });
  }
});
