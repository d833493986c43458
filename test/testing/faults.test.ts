import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Diagnosis } from "#agents";
import { fleetFile, SuiteFolder } from "../helpers/fleet-run.ts";
import { eventually } from "../helpers/processes.ts";
import { runCaelum } from "../helpers/run-caelum.ts";
import { Gate } from "../helpers/testing/gate.ts";
import { suites } from "../helpers/testing/suites.ts";
import { countedResults, startTests } from "../helpers/testing/test-run.ts";
import { faketimeLibrary, Lab, type LabHost, type Oddity, whyNoLab, whyNoNetworks } from "../lab/lab.ts";

interface Fault {
  /** What befalls the host while it is in the middle of a test. */
  strike: (host: LabHost) => void | Promise<void>;
  /** What people are told of it. */
  told: RegExp;
  /** Ends it as soon as it is told. */
  mend?: (host: LabHost) => void | Promise<void>;
  /** The host works again in this run. */
  returns?: true;
  /** The unit ends with it, and is tried again. */
  fails?: true;
  /** Ends it when the run is over, so that the host can be looked at. */
  end?: (host: LabHost) => void | Promise<void>;
}

/** Lasts from before the host is reached to the end of the run; the host does its part all the same. */
interface Weather {
  oddity?: Oddity;
  /** Before the run. */
  begin?: (host: LabHost) => void;
  /** In the middle of a test. */
  strike?: (host: LabHost) => void;
}

const lost = /"type":"host.state","host":"HOST","state":"resting"/;
const gone = /"type":"unit.retried","host":"HOST",.*the program that runs tests there/;
const crashed = /"type":"tests.finished",.*"host":"HOST",.*"end":"crashed"/;
const refused = /"type":"host.failed","host":"HOST","step":"host-key"/;

/** Hosts of one run, each with what befalls it, all in the same moment; those with weather finish the work. */
const groups: readonly {
  title: string;
  faults: Readonly<Record<string, Fault>>;
  weathers: Readonly<Record<string, Weather>>;
}[] = [
  {
    title: "a host freezes, one loses its link, one crashes, one crashes and boots, the last has 2 Mbit/s",
    faults: {
      frozen: { strike: (host) => host.freeze(), mend: (host) => host.thaw(), told: lost, returns: true },
      unplugged: {
        strike: (host) => host.link.pull(),
        mend: (host) => host.link.plug(),
        told: lost,
        returns: true,
      },
      crashed: { strike: (host) => host.crash(), end: (host) => host.boot(), told: lost },
      rebooted: {
        strike: async (host) => {
          host.crash();
          await host.boot();
        },
        told: lost,
        returns: true,
      },
    },
    weathers: {
      slow: { oddity: ownNetwork(), begin: (host) => host.turn({ bytesPerSecond: 250_000 }) },
    },
  },
  {
    title: "connections are killed and reset, an sshd stands still, a key changes, the last host loses 5 %",
    faults: {
      killed: { strike: (host) => host.killConnections(), told: lost, returns: true },
      reset: { strike: (host) => host.link.cut(), told: lost, returns: true },
      deaf: {
        strike: (host) => {
          host.stopListener();
          host.link.cut();
        },
        end: (host) => host.wakeListener(),
        told: lost,
      },
      rekeyed: {
        strike: (host) => {
          host.changeKey();
          host.killConnections();
        },
        end: (host) => host.makeKnown(),
        told: refused,
      },
    },
    weathers: { lossy: { oddity: ownNetwork(), begin: (host) => host.turn({ lossPart: 0.05 }) } },
  },
  {
    title: "an agent, a program and a runner are killed, one host is 200 ms away, one a day ahead",
    faults: {
      agentless: { strike: (host) => host.killAgents(), told: lost, returns: true },
      programless: { strike: (host) => host.killTestPrograms(), told: gone },
      runnerless: { strike: (host) => host.killTestRunners(), told: crashed, fails: true },
    },
    weathers: {
      far: { strike: (host) => host.link.turn({ delayMs: 200 }) },
      ahead: { oddity: faketimeLibrary === undefined ? { clockOffMs: 86_400_000 } : { faketime: "+1d" } },
    },
  },
];

/** As the made suites call it. */
function fileOf(unit: string): string {
  return /f\d+/.exec(unit)?.[0] ?? "";
}

function ownNetwork(): Oddity {
  return whyNoNetworks() === undefined ? { ownNetwork: true } : {};
}

const runners = ["vitest", "pytest", "go test"] as const;

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: faults of test hosts are not tested: ${reason}\n`);

describe.skipIf(reason !== undefined)(
  `in the middle of tests${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const suite = new SuiteFolder();
    const expected = new Map<string, string[]>();
    let lab: Lab;
    let gate: Gate;

    beforeAll(async () => {
      const hosts = groups.flatMap(({ faults, weathers }) => [
        ...Object.keys(faults).map((name): [string, Oddity] => [name, {}]),
        ...Object.entries(weathers).map(([name, { oddity = {} }]): [string, Oddity] => [name, oddity]),
      ]);
      lab = await Lab.start(Object.fromEntries(hosts));
      gate = new Gate(lab.shared);
      gate.openAll();
      for (const runner of runners) {
        const project = path.join(suite.path, runner);
        suites[runner](project, { files: 12, ms: 0, gate });
        // A link is bad only while something passes through it.
        writeFileSync(path.join(project, "ballast"), randomBytes(200_000));
        const run = startTests(suite, project);
        expect((await run.process).exitCode).toBe(0);
        expected.set(runner, countedResults(run.record()));
      }
    }, 120_000);

    afterAll(async () => {
      await lab.stop();
      suite.remove();
    });

    test("the lab's clock that is a day off is one", async () => {
      const args = ["fleet", "doctor", "--json", "--fleet", fleetFile(suite, lab, ["ahead"])];
      const { stdout } = await runCaelum(args);
      const [diagnosis] = (JSON.parse(stdout) as { hosts: Diagnosis[] }).hosts;
      expect(diagnosis?.steps.find(({ step }) => step === "clock")?.detail).toBe("1440 min ahead");
    });

    for (const { title, faults, weathers } of groups) {
      for (const runner of runners) {
        test(`${title}: each test of ${runner} counts once, and nothing stays`, async () => {
          const names = [...Object.keys(faults), ...Object.keys(weathers)];
          gate.close();
          for (const [name, { begin }] of Object.entries(weathers)) begin?.(lab.faults(name));
          const flags = ["--fleet", fleetFile(suite, lab, names), "--no-local"];
          const run = startTests(suite, path.join(suite.path, runner), flags);
          const unitsOf = (host: string, type: "tests.started" | "tests.finished"): string[] =>
            run.events.flatMap((event) => (event.type === type && event.host === host ? [event.unit] : []));
          const isInTest = (name: string): boolean => {
            const finished = unitsOf(name, "tests.finished");
            const open = unitsOf(name, "tests.started").filter((unit) => !finished.includes(unit));
            return open.some((unit) => gate.isReached(fileOf(unit)));
          };

          // What a host has answered before it is struck must stay, and not be there twice.
          for (const name of names) await eventually(`${name} runs a test`, () => isInTest(name));
          const first = names.map((name) => unitsOf(name, "tests.started")[0]!);
          for (const unit of first) gate.open(fileOf(unit));
          for (const name of names)
            await eventually(
              `${name} runs another test`,
              () => unitsOf(name, "tests.finished").length > 0 && isInTest(name),
            );

          const struck = run.events.length;
          for (const [name, { strike }] of Object.entries(weathers)) strike?.(lab.faults(name));
          await Promise.all(
            Object.entries(faults).map(async ([name, { strike }]) => {
              await strike(lab.faults(name));
            }),
          );
          for (const [name, { told, mend }] of Object.entries(faults)) {
            const pattern = new RegExp(told.source.replace("HOST", name));
            await run.saw(`it is told what befell ${name}`, (event) => pattern.test(JSON.stringify(event)));
            await mend?.(lab.faults(name));
          }
          for (const [name, { returns }] of Object.entries(faults)) {
            if (returns === undefined) continue;
            await eventually(`${name} is back`, () =>
              run.events.slice(struck).some((event) => event.type === "host.ready" && event.host === name),
            );
          }
          gate.openAll();

          const { exitCode, stderr } = await run.process;
          expect(exitCode, stderr.slice(-3000)).toBe(0);
          expect(countedResults(run.record())).toEqual(expected.get(runner));
          const { units, tests } = run.record();
          const failed = units.flatMap(({ end, host }) => (end.end === "done" ? [] : [host]));
          expect(failed).toEqual(Object.keys(faults).filter((name) => faults[name]?.fails));
          expect(tests.filter(({ result }) => result.outcome === "failed")).toEqual([]);
          for (const [name, { begin, strike }] of Object.entries(weathers)) {
            if (begin ?? strike) expect(lab.faults(name).hindered, name).toBeGreaterThan(0);
            expect(unitsOf(name, "tests.finished").length, name).toBeGreaterThan(0);
            lab.faults(name).turn({});
          }
          for (const [name, { end }] of Object.entries(faults)) await end?.(lab.faults(name));
          for (const name of names) {
            const left = lab.faults(name);
            await eventually(
              `nothing of ours runs on ${name}: ${left.ours().join(" | ")}`,
              () => left.ours().length === 0,
            );
            expect(left.strayFiles(), name).toEqual([]);
          }
        }, 180_000);
      }
    }
  },
);
