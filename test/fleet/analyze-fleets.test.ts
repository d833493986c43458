import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeOnFleet, expectClean, fleetFile, localReport, SuiteFolder } from "../helpers/fleet-run.ts";
import { putOwnNodeIntoCache } from "../helpers/own-node.ts";
import { copyRealSources } from "../helpers/real-sources.ts";
import { Lab, type Oddity, whyNoLab } from "../lab/lab.ts";

/** In this order they join: the more hosts, the odder. */
const hosts: Readonly<Record<string, Oddity>> = {
  plain: {},
  noisy: { noisy: true, known: "hashed" },
  narrow: { noNode: true, sshd: ["MaxSessions 1", "Subsystem none none"] },
  busybox: { busybox: true },
  full: { homeBytes: 1_000_000 },
  fish: { shell: "/usr/bin/fish" },
  certified: { userCertificate: true },
  newest: { hostKeyType: "rsa", sshd: ["KexAlgorithms sntrup761x25519-sha512@openssh.com"] },
};

const missing = ["/usr/bin/fish", "/usr/bin/busybox"].find((program) => !existsSync(program));
const reason = whyNoLab() ?? (missing === undefined ? undefined : `${missing} is missing`);
if (reason !== undefined) process.stderr.write(`SKIPPED: fleets of odd hosts are not tested: ${reason}\n`);
const title = `the report of a fleet${reason === undefined ? "" : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, { timeout: 120_000 }, () => {
  const suite = new SuiteFolder();
  const project = path.join(suite.path, "project");
  const home = suite.folder();
  let lab: Lab;
  let expected: string;

  beforeAll(async () => {
    copyRealSources(project);
    putOwnNodeIntoCache(path.join(home, ".cache/caelum"));
    lab = await Lab.start(hosts);
    expected = await localReport(suite, project);
  }, 120_000);

  afterAll(async () => {
    await lab.stop();
    suite.remove();
  });

  for (const size of [1, 2, 4, 8]) {
    test(`of ${size} is that of this machine alone, byte for byte`, async () => {
      const names = Object.keys(hosts).slice(0, size);
      const here = size === 8 ? ["  - { name: here, local: true, slots: 1 }"] : [];
      const flags = ["--fleet", fleetFile(suite, lab, names, here), "--no-cache", "--no-local"];
      const run = analyzeOnFleet(suite, project, flags, home);
      const { exitCode, stderr } = await run.process;
      expect(exitCode, stderr.slice(-2000)).toBe(0);
      expect(readFileSync(run.report, "utf8") === expected).toBe(true);
      expect(run.events.filter((event) => event.type === "host.failed" && !event.retry)).toEqual([]);
      for (const name of names) await expectGone(name);
    });
  }

  test("is the same at a second run, for which almost nothing travels", async () => {
    // Runs of less than a second tell no events.
    lab.link("plain").turn({ delayMs: 150 });
    const before = lab.link("plain").bytes;
    const run = analyzeOnFleet(suite, project, [
      "--fleet",
      fleetFile(suite, lab, ["plain"]),
      "--no-cache",
      "--no-local",
    ]);
    expect((await run.process).exitCode).toBe(0);
    expect(readFileSync(run.report, "utf8") === expected).toBe(true);
    expect(run.events).toContainEqual(expect.objectContaining({ type: "host.ready", started: "warm" }));
    const summary = run.events.find((event) => event.type === "fleet.summary");
    expect(summary).toMatchObject({ sent: 0 });
    // Results come back all the same; the content of the project alone would be more than this.
    expect(lab.link("plain").bytes - before).toBeLessThan(1_500_000);
  });

  /** A full home folder lies in a file system of its own, which cannot be seen from outside. */
  async function expectGone(name: string): Promise<void> {
    if (name === "full") return;
    await expectClean(lab, [name]);
  }
});
