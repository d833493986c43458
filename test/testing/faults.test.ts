import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fleetFile, SuiteFolder } from "../helpers/fleet-run.ts";
import { eventually } from "../helpers/processes.ts";
import { suites } from "../helpers/testing/suites.ts";
import { countedResults, startTests } from "../helpers/testing/test-run.ts";
import { Lab, type LabHost, whyNoLab } from "../lab/lab.ts";

interface Fault {
  /** What befalls the host in mid-run. */
  strike(host: LabHost): void | Promise<void>;
  /** What ends it, so that the host can be looked at. */
  end?(host: LabHost): void | Promise<void>;
}

const faults: Readonly<Record<string, Fault>> = {
  freezes: { strike: (host) => host.freeze(), end: (host) => host.thaw() },
  "loses its link": { strike: (host) => host.link.pull(), end: (host) => host.link.plug() },
  crashes: { strike: (host) => host.crash(), end: (host) => host.boot() },
  "crashes and boots at once": {
    strike: async (host) => {
      host.crash();
      await host.boot();
    },
  },
  "has its connection killed": { strike: (host) => host.killConnections() },
  "has its connection reset": { strike: (host) => host.link.cut() },
  "has its agent killed": { strike: (host) => host.killAgents() },
  "has the program that runs tests killed": { strike: (host) => host.killTestPrograms() },
  "has its runner killed": { strike: (host) => host.killTestRunners() },
};

const runners = ["vitest", "pytest", "go test"] as const;

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: faults of test hosts are not tested: ${reason}\n`);

describe.skipIf(reason !== undefined)(
  `tests on a host that${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const suite = new SuiteFolder();
    const expected = new Map<string, string[]>();
    let lab: Lab;

    beforeAll(async () => {
      const names = Object.keys(faults).flatMap((_, index) => [`bad${index}`, `good${index}`]);
      lab = await Lab.start(Object.fromEntries(names.map((name) => [name, {}])));
      for (const runner of runners) {
        const project = path.join(suite.path, runner);
        suites[runner](project, { files: 10, ms: 400 });
        const run = startTests(suite, project);
        expect((await run.process).exitCode).toBe(0);
        expected.set(runner, countedResults(run.record()));
      }
    }, 120_000);

    afterAll(async () => {
      await lab.stop();
      suite.remove();
    });

    for (const [index, [name, fault]] of Object.entries(faults).entries()) {
      for (const runner of runners) {
        test(
          `${name}, with ${runner}: each counts once, and nothing stays`,
          { timeout: 120_000 },
          async () => {
            const [bad, good] = [`bad${index}`, `good${index}`];
            const host = lab.faults(bad);
            const flags = ["--fleet", fleetFile(suite, lab, [bad, good]), "--no-local"];
            const run = startTests(suite, path.join(suite.path, runner), flags);
            await run.saw(
              `${bad} runs a test`,
              (event) => event.type === "tests.started" && event.host === bad,
            );
            await fault.strike(host);
            const { exitCode, stderr } = await run.process;
            expect(exitCode, stderr.slice(-3000)).toBe(0);
            expect(countedResults(run.record())).toEqual(expected.get(runner));
            await fault.end?.(host);
            for (const each of [bad, good]) {
              const left = lab.faults(each);
              await eventually(
                `nothing of ours runs on ${each}: ${left.ours().join(" | ")}`,
                () => left.ours().length === 0,
              );
              expect(left.strayFiles()).toEqual([]);
            }
          },
        );
      }
    }
  },
);
