import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeOnFleet, expectClean, fleetFile, localReport, SuiteFolder } from "../helpers/fleet-run.ts";
import { copyRealSources } from "../helpers/real-sources.ts";
import { faketimeLibrary, Lab, type LabHost, type Oddity, whyNoLab } from "../lab/lab.ts";
import { slowDown } from "../lab/slow-down.ts";

interface Fault {
  /** What befalls the host in mid-run. */
  strike(host: LabHost): void | Promise<void>;
  /** What ends it, so that the host can be looked at. */
  end?(host: LabHost): void | Promise<void>;
  /** What people are told. */
  told?: RegExp;
}

const lost = /"type":"host.state","host":"HOST","state":"resting"/;

const faults: Readonly<Record<string, Fault>> = {
  freezes: { strike: (host) => host.freeze(), end: (host) => host.thaw(), told: lost },
  "loses its link": { strike: (host) => host.link.pull(), end: (host) => host.link.plug(), told: lost },
  crashes: { strike: (host) => host.crash(), end: (host) => host.boot(), told: lost },
  "crashes and boots at once": {
    strike: async (host) => {
      host.crash();
      await host.boot();
    },
    told: lost,
  },
  "has its connection killed": { strike: (host) => host.killConnections(), told: lost },
  "has its connection reset": { strike: (host) => host.link.cut(), told: lost },
  "has its agent killed": { strike: (host) => host.killAgents(), told: lost },
  "has its worker killed": {
    strike: (host) => host.killWorkers(),
    told: /"type":"worker.lost","host":"HOST","reason":"SIGKILL"/,
  },
  "takes no connection any more and loses the one it has": {
    strike: (host) => {
      host.link.refuse(true);
      host.killConnections();
    },
    end: (host) => host.link.refuse(false),
    told: lost,
  },
  "has an sshd that stands still and loses the connection it has": {
    strike: (host) => {
      host.stopListener();
      host.link.cut();
    },
    end: (host) => host.wakeListener(),
    told: lost,
  },
  "has no space left on its disk": {
    strike: (host) => host.fillHome(),
    end: (host) => host.giveSpace(),
    told: /"type":"host.failed","host":"HOST","step":"content".*ENOSPC/,
  },
  "shows another key when it is reached again": {
    strike: (host) => {
      host.changeKey();
      host.killConnections();
    },
    told: /"type":"host.failed","host":"HOST","step":"host-key"/,
  },
};

const weathers = {
  "a link of 2 Mbit/s": { bytesPerSecond: 250_000 },
  "5 % of packets lost (their retransmission is played by the lab)": { lossPart: 0.05 },
  "200 ms each way": { delayMs: 200 },
} as const;

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: faults of a fleet are not tested: ${reason}\n`);

describe.skipIf(reason !== undefined)(
  `a fleet whose host${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  () => {
    const suite = new SuiteFolder();
    const project = path.join(suite.path, "project");
    let lab: Lab;
    let expected: string;

    const flags = (names: readonly string[]): string[] => [
      "--fleet",
      fleetFile(suite, lab, names),
      "--no-cache",
      "--no-local",
    ];

    beforeAll(async () => {
      copyRealSources(project);
      const names = [...Object.keys(faults), ...Object.keys(weathers), "clock"].flatMap((_, index) => [
        `bad${index}`,
        `good${index}`,
      ]);
      const clock = `bad${names.length / 2 - 1}`;
      const full = `bad${Object.keys(faults).indexOf("has no space left on its disk")}`;
      const oddities: Readonly<Record<string, Oddity>> = {
        [clock]: faketimeLibrary === undefined ? { clockOffMs: 86_400_000 } : { faketime: "+1d" },
        [full]: { homeBytes: 64_000_000 },
        busy: {},
        idle: {},
      };
      lab = await Lab.start(
        Object.fromEntries([...names, "busy", "idle"].map((name) => [name, oddities[name] ?? {}])),
      );
      expected = await localReport(suite, project);
    }, 120_000);

    afterAll(async () => {
      await lab.stop();
      suite.remove();
    });

    for (const [index, [name, fault]] of Object.entries(faults).entries()) {
      test.concurrent(`${name} costs nothing but time`, { timeout: 120_000 }, async () => {
        const [bad, good] = [`bad${index}`, `good${index}`];
        const host = lab.faults(bad);
        slowDown(lab, bad);
        slowDown(lab, good);
        const run = analyzeOnFleet(suite, project, flags([bad, good]));
        await run.saw(`${bad} has begun`, (event) => event.type === "unit.finished" && event.host === bad);
        await fault.strike(host);
        if (fault.told !== undefined) {
          const told = new RegExp(fault.told.source.replaceAll("HOST", bad));
          await run.saw(`it is told that ${bad} ${name}`, (event) => told.test(JSON.stringify(event)));
        }
        // The rest at full speed: what there was to see has been seen.
        for (const each of [bad, good]) lab.link(each).turn({});
        const { exitCode, stderr } = await run.process;
        expect(run.events.filter(({ type }) => type === "file.quarantined")).toEqual([]);
        expect(exitCode, stderr.slice(-2000)).toBe(0);
        expect(readFileSync(run.report, "utf8") === expected).toBe(true);
        await fault.end?.(host);
        await expectClean(lab, [bad, good]);
      });
    }

    for (const [offset, [name, weather]] of Object.entries(weathers).entries()) {
      test.concurrent(`${name} changes nothing but the time it takes`, { timeout: 120_000 }, async () => {
        const index = Object.keys(faults).length + offset;
        const names = [`bad${index}`, `good${index}`];
        lab.link(`bad${index}`).turn(weather);
        const run = analyzeOnFleet(suite, project, flags(names));
        expect((await run.process).exitCode).toBe(0);
        expect(readFileSync(run.report, "utf8") === expected).toBe(true);
        expect(run.events.filter((event) => event.type === "host.failed" && !event.retry)).toEqual([]);
        const ready = run.events.flatMap((event) => (event.type === "host.ready" ? [event.host] : []));
        const unreached = names.filter((name) => !ready.includes(name));
        await expectClean(lab, names, unreached);
      });
    }

    test.concurrent("a host above its maxLoad gets nothing to do", { timeout: 120_000 }, async () => {
      const text = [
        `sshConfig: ${lab.configFile}`,
        "hosts:",
        // Some load there always is: these tests are it.
        "  - { name: busy, slots: 1, maxLoad: 0 }",
        "  - { name: idle, slots: 1 }",
      ];
      const file = path.join(suite.folder(), "fleet.yaml");
      writeFileSync(file, text.join("\n"));
      slowDown(lab, "idle", 400_000);
      const run = analyzeOnFleet(suite, project, ["--fleet", file, "--no-cache", "--no-local"]);
      await run.saw(
        "it is told that busy is busy",
        (event) => event.type === "host.state" && event.host === "busy" && event.state === "busy",
      );
      lab.link("idle").turn({});
      expect((await run.process).exitCode).toBe(0);
      expect(readFileSync(run.report, "utf8") === expected).toBe(true);
      expect(run.events.filter((event) => event.type === "lease.started" && event.host === "busy")).toEqual(
        [],
      );
      await expectClean(lab, ["busy", "idle"]);
    });

    test.concurrent("a clock that is off by a day changes nothing", { timeout: 120_000 }, async () => {
      const clock = `bad${Object.keys(faults).length + Object.keys(weathers).length}`;
      const run = analyzeOnFleet(suite, project, flags([clock]));
      expect((await run.process).exitCode).toBe(0);
      expect(readFileSync(run.report, "utf8") === expected).toBe(true);
      await expectClean(lab, [clock]);
    });
  },
);
