import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fleetFile, SuiteFolder } from "../helpers/fleet-run.ts";
import { eventually, isAlive } from "../helpers/processes.ts";
import { suites } from "../helpers/testing/suites.ts";
import { countedResults, startTests } from "../helpers/testing/test-run.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";

const runners = ["vitest", "pytest", "go test", "node:test"] as const;
const names = ["shared", "stopped", "full", "beside", "crowded"];

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: runs at once are not tested: ${reason}\n`);

describe.skipIf(reason !== undefined)(
  `test runs on a host${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  { timeout: 180_000 },
  () => {
    const suite = new SuiteFolder();
    const expected = new Map<string, string[]>();
    let lab: Lab;

    const project = (runner: string): string => path.join(suite.path, runner);
    const start = (runner: string, hosts: readonly string[]) =>
      startTests(suite, project(runner), ["--fleet", fleetFile(suite, lab, hosts), "--no-local"]);
    const locksOn = (name: string): string[] =>
      globSync("**/*.lock*", { cwd: path.join(lab.home(name), ".cache/caelum/work") }).filter((file) =>
        /^[^/]+\/\d+\.lock/.test(file),
      );
    /** Nothing runs, nothing lies about, no slot is held. Caches of package managers and compilers are theirs. */
    const expectNothing = async (name: string): Promise<void> => {
      const host = lab.faults(name);
      await eventually(
        `nothing of ours runs on ${name}: ${host.ours().join(" | ")}`,
        () => host.ours().length === 0,
      );
      expect(host.strayFiles()).toEqual([]);
      await eventually(
        `no slot of ${name} is held: ${locksOn(name).join(", ")}`,
        () => locksOn(name).length === 0,
      );
    };

    beforeAll(async () => {
      lab = await Lab.start(
        Object.fromEntries(names.map((name) => [name, name === "full" ? { homeBytes: 64_000_000 } : {}])),
      );
      for (const runner of runners) {
        suites[runner](project(runner), { files: 8, ms: 300, failing: true });
        const run = startTests(suite, project(runner), ["--retry", "0"]);
        expect((await run.process).exitCode).toBe(1);
        expected.set(runner, countedResults(run.record()));
      }
    }, 120_000);

    afterAll(async () => {
      await lab.stop();
      suite.remove();
    });

    test("two of the same tree and one of another at once have their own results, and slots of their own", async () => {
      const runs = (["vitest", "vitest", "pytest"] as const).map((runner) => ({
        runner,
        run: start(runner, ["shared"]),
      }));
      await Promise.all(
        runs.map(({ runner, run }) =>
          run.saw(`${runner} runs on it`, ({ type }) => type === "tests.started"),
        ),
      );
      for (const { runner, run } of runs) {
        const { exitCode, stderr } = await run.process;
        expect(exitCode, stderr.slice(-2000)).toBe(1);
        expect(countedResults(run.record())).toEqual(expected.get(runner));
      }
      const slots = globSync("*/*", { cwd: path.join(lab.home("shared"), ".cache/caelum/work") });
      const own = slots.filter((slot) => /^vitest-[^/]+\/\d+$/.test(slot));
      expect(own.map((slot) => path.basename(slot)).toSorted()).toEqual(["0", "1"]);
      await expectNothing("shared");
    });

    for (const runner of runners) {
      test(`ctrl-C, ctrl-C twice and kill -9 in the middle leave nothing of ${runner}, and the next run is whole`, async () => {
        for (const signals of [["SIGINT"], ["SIGINT", "SIGINT"], ["SIGKILL"]] as const) {
          const run = start(runner, ["stopped"]);
          await run.saw("a test runs", ({ type }) => type === "tests.started");
          for (const signal of signals) run.process.kill(signal);
          const { exitCode } = await run.process;
          expect(exitCode).toBe(signals[0] === "SIGKILL" ? undefined : 130);
          expect(isAlive(run.process.pid ?? 0)).toBe(false);
          await expectNothing("stopped");
        }
        const next = start(runner, ["stopped"]);
        const { exitCode, stderr } = await next.process;
        expect(exitCode, stderr.slice(-2000)).toBe(1);
        expect(countedResults(next.record())).toEqual(expected.get(runner));
      });
    }

    for (const runner of runners) {
      test(`a disk that fills in the middle costs no result of ${runner}`, async () => {
        const host = lab.faults("full");
        const run = start(runner, ["full", "beside"]);
        await run.saw(
          "a test runs there",
          (event) => event.type === "tests.started" && event.host === "full",
        );
        host.fillHome();
        const { exitCode, stderr } = await run.process;
        host.giveSpace();
        expect(exitCode, stderr.slice(-3000)).toBe(1);
        expect(countedResults(run.record())).toEqual(expected.get(runner));
      });
    }

    test("on a host whose disk is full from the beginning, the tree goes elsewhere, and why is said", async () => {
      const host = lab.faults("full");
      // Its agent fits, the tree does not.
      const warm = start("vitest", ["full"]);
      expect((await warm.process).exitCode).toBe(1);
      host.fillHome();
      const run = start("node:test", ["full", "beside"]);
      const { exitCode, stderr } = await run.process;
      host.giveSpace();
      expect(exitCode, stderr.slice(-3000)).toBe(1);
      expect(countedResults(run.record())).toEqual(expected.get("node:test"));
      expect(existsSync(project("node:test"))).toBe(true);
    });
  },
);
