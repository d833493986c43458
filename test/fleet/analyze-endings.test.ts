import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyzeOnFleet, expectClean, fleetFile, localReport, SuiteFolder } from "../helpers/fleet-run.ts";
import { copyRealSources } from "../helpers/real-sources.ts";
import { Lab, whyNoLab } from "../lab/lab.ts";
import { slowDown } from "../lab/slow-down.ts";

interface Report {
  complete: boolean;
  files: { path: string }[];
  skipped: { path: string; reason: string }[];
}

function reportIn(file: string): Report {
  return JSON.parse(readFileSync(file, "utf8")) as Report;
}

const reason = whyNoLab();
if (reason !== undefined) process.stderr.write(`SKIPPED: endings of fleet runs are not tested: ${reason}\n`);
const title = `a run over a fleet${reason === undefined ? "" : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, { timeout: 120_000 }, () => {
  const suite = new SuiteFolder();
  const project = path.join(suite.path, "project");
  let lab: Lab;
  let expected: string;

  const fleet = (...names: string[]): string[] => ["--fleet", fleetFile(suite, lab, names)];
  const isReport = (file: string): boolean => readFileSync(file, "utf8") === expected;

  beforeAll(async () => {
    copyRealSources(project);
    const names = [
      "local",
      "dies",
      "resumes",
      "once",
      "twice",
      "killed",
      "crowded",
      "joins",
      "late",
      "leaves",
      "stays",
    ];
    lab = await Lab.start({
      ...Object.fromEntries(names.map((name) => [name, {}])),
      stranger: { known: "not" },
      closed: { sshd: ["AllowUsers nobody-at-all"] },
      garbage: { sshd: ["ForceCommand yes caelum"] },
    });
    expected = await localReport(suite, project);
  }, 120_000);

  afterAll(async () => {
    await lab.stop();
    suite.remove();
  });

  test.concurrent("whose hosts all die goes on here, and says so", async () => {
    slowDown(lab, "dies");
    const run = analyzeOnFleet(suite, project, [...fleet("dies"), "--no-cache"]);
    await run.saw("it has begun", ({ type }) => type === "unit.finished");
    lab.faults("dies").crash();
    expect((await run.process).exitCode).toBe(0);
    expect(isReport(run.report)).toBe(true);
    expect(run.events).toContainEqual(expect.objectContaining({ type: "fallback.started", host: "local" }));
    expect(run.events).toContainEqual(expect.objectContaining({ type: "fleet.summary", fellBack: true }));
  });

  test.concurrent("whose hosts all die and may not go on here ends incomplete, and is resumed", async () => {
    slowDown(lab, "resumes", 200_000);
    const home = suite.folder();
    const flags = [...fleet("resumes"), "--no-local"];
    const run = analyzeOnFleet(suite, project, flags, home);
    await run.saw("it has done something", ({ type }) => type === "unit.finished");
    lab.faults("resumes").crash();
    const { exitCode } = await run.process;
    expect(exitCode).toBe(5);
    const partial = reportIn(run.report);
    expect(partial.complete).toBe(false);
    expect(partial.files.length).toBeGreaterThan(0);
    expect(partial.skipped.length).toBeGreaterThan(0);
    await lab.faults("resumes").boot();
    // Runs of less than a second tell no events.
    lab.link("resumes").turn({ delayMs: 150 });
    const again = analyzeOnFleet(suite, project, flags, home);
    expect((await again.process).exitCode).toBe(0);
    expect(isReport(again.report)).toBe(true);
    expect(again.events).toContainEqual(
      expect.objectContaining({ type: "cache.used", hits: partial.files.length }),
    );
    await expectClean(lab, ["resumes"]);
  });

  test.concurrent("without a usable host ends with exit code 3 and names each with its step", async () => {
    const run = analyzeOnFleet(suite, project, [
      ...fleet("stranger", "closed", "garbage"),
      "--no-cache",
      "--no-local",
    ]);
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr).toBe(3);
    const told = stderr.split("\n").find((line) => line.includes("CAELUM_NO_USABLE_HOST")) ?? "{}";
    expect(JSON.parse(told)).toMatchObject({
      error: {
        data: {
          hosts: expect.arrayContaining([
            expect.objectContaining({ host: "stranger", step: "host-key" }),
            expect.objectContaining({ host: "closed", step: "authenticate" }),
            expect.objectContaining({ host: "garbage", step: "agent" }),
          ]) as unknown,
        },
      },
    });
  });

  test.concurrent("names the hosts it cannot use and is whole without them", async () => {
    slowDown(lab, "local");
    const run = analyzeOnFleet(suite, project, [
      ...fleet("local", "stranger", "closed", "garbage"),
      "--no-cache",
    ]);
    for (const name of ["stranger", "closed", "garbage"])
      await run.saw(`${name} fails`, (event) => event.type === "host.failed" && event.host === name);
    lab.link("local").turn({});
    expect((await run.process).exitCode).toBe(0);
    expect(isReport(run.report)).toBe(true);
    const failed = run.events.filter(({ type }) => type === "host.failed");
    expect(failed).toContainEqual(
      expect.objectContaining({ host: "stranger", step: "host-key", hint: "caelum fleet trust stranger" }),
    );
    expect(failed).toContainEqual(expect.objectContaining({ host: "closed", step: "authenticate" }));
    expect(failed).toContainEqual(expect.objectContaining({ host: "garbage", step: "agent" }));
    await expectClean(lab, ["local"]);
  });

  test.concurrent("stops at ctrl-C, with nothing left anywhere", async () => {
    slowDown(lab, "once");
    const run = analyzeOnFleet(suite, project, [...fleet("once"), "--no-cache"]);
    await run.saw("it has begun", ({ type }) => type === "unit.finished");
    run.process.kill("SIGINT");
    expect((await run.process).exitCode).toBe(130);
    await expectClean(lab, ["once"]);
  });

  test.concurrent("stops at the second ctrl-C although its host is frozen, and the host is clean after", async () => {
    slowDown(lab, "twice");
    const run = analyzeOnFleet(suite, project, [...fleet("twice"), "--no-cache"]);
    await run.saw("it has begun", ({ type }) => type === "unit.finished");
    lab.faults("twice").freeze();
    run.process.kill("SIGINT");
    run.process.kill("SIGINT");
    expect((await run.process).exitCode).toBe(130);
    lab.faults("twice").thaw();
    await expectClean(lab, ["twice"]);
  });

  test.concurrent("leaves nothing on its host when it is killed", async () => {
    slowDown(lab, "killed");
    const run = analyzeOnFleet(suite, project, [...fleet("killed"), "--no-cache"]);
    await run.saw("it has begun", ({ type }) => type === "unit.finished");
    run.process.kill("SIGKILL");
    await run.process;
    await expectClean(lab, ["killed"]);
  });

  test.concurrent("takes in a host that is new in the fleet file, and lets go of one that is gone", async () => {
    for (const name of ["joins", "late"]) slowDown(lab, name);
    const file = fleetFile(suite, lab, ["joins"]);
    const run = analyzeOnFleet(suite, project, [
      "--fleet",
      file,
      "--watch-fleet",
      "--no-cache",
      "--no-local",
    ]);
    await run.saw("it has begun", ({ type }) => type === "unit.finished");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("hosts:\n", "hosts:\n  - oops: true\n"));
    await run.saw(
      "the mistake is told",
      (event) => event.type === "fleet.changed" && event.problem !== undefined,
    );
    writeFileSync(file, text.replaceAll("joins", "late"));
    await run.saw("the new host works", (event) => event.type === "unit.finished" && event.host === "late");
    for (const name of ["joins", "late"]) lab.link(name).turn({});
    const { exitCode, stderr } = await run.process;
    expect(exitCode, stderr.slice(-2000)).toBe(0);
    expect(isReport(run.report)).toBe(true);
    expect(run.events).toContainEqual(
      expect.objectContaining({ type: "fleet.changed", joined: ["late"], left: ["joins"] }),
    );
    await expectClean(lab, ["joins", "late"]);
  });

  test.concurrent("may be one of ten on the same host", async () => {
    const flags = [...fleet("crowded"), "--no-cache", "--no-local"];
    const small = path.join(project, "copy0", "commander-lib");
    const local = await localReport(suite, small);
    const runs = Array.from({ length: 10 }, () => analyzeOnFleet(suite, small, flags));
    for (const run of runs) {
      const { exitCode, stderr } = await run.process;
      expect(exitCode, stderr.slice(-2000)).toBe(0);
      expect(readFileSync(run.report, "utf8") === local).toBe(true);
    }
    await expectClean(lab, ["crowded"]);
  });
});
