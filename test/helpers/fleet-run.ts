import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import { expect } from "vitest";
import type { CaelumEvent } from "#kernel";
import type { Lab } from "../lab/lab.ts";
import { eventLines } from "./event-lines.ts";
import { eventually } from "./processes.ts";
import { caelumBin } from "./run-caelum.ts";

/** A folder for a whole suite: tests that run at once cannot tell whose `onTestFinished` is whose. */
export class SuiteFolder {
  readonly path = realpathSync(mkdtempSync(path.join(tmpdir(), "caelum-suite-")));

  /** A new folder in it. */
  folder(): string {
    return mkdtempSync(path.join(this.path, "f"));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface FleetRun {
  /** What has been told so far. */
  events: CaelumEvent[];
  report: string;
  process: ReturnType<typeof startIn>;
  /** The first event for which this is true. */
  saw(what: string, test: (event: CaelumEvent) => boolean): Promise<void>;
}

/** A fleet file with these hosts of a lab, each with one slot. */
export function fleetFile(
  suite: SuiteFolder,
  lab: Lab,
  names: readonly string[],
  more: readonly string[] = [],
): string {
  const hosts = names.map((name) => `  - { name: ${name}, ssh: ${name}, slots: 1 }`);
  const text = [`sshConfig: ${lab.configFile}`, "hosts:", ...hosts, ...more, ""].join("\n");
  const file = path.join(suite.folder(), "fleet.yaml");
  writeFileSync(file, text);
  return file;
}

/** The report of this machine alone, which every other must be equal to. */
export async function localReport(suite: SuiteFolder, project: string): Promise<string> {
  const report = path.join(suite.folder(), "report.json");
  const args = ["analyze", project, "--no-cache", "--format", "json", "-o", report];
  expect((await startIn(suite.folder(), args)).exitCode).toBe(0);
  return readFileSync(report, "utf8");
}

/** `caelum analyze --fleet` as a process of its own, with its events as they come. */
export function analyzeOnFleet(
  suite: SuiteFolder,
  project: string,
  flags: readonly string[],
  home = suite.folder(),
): FleetRun {
  const report = path.join(suite.folder(), "report.json");
  const args = ["analyze", project, "--format", "json", "-o", report, "--json", ...flags];
  const events: CaelumEvent[] = [];
  const child = startIn(home, args, events);
  return {
    events,
    report,
    process: child,
    saw: (what, test) => eventually(what, () => events.some(test)),
  };
}

/**
 * No process of ours 20 s later, and no file but in the agent's own folder. `unreached`: hosts that the others were
 * faster than, which may have nothing at all.
 */
export async function expectClean(
  lab: Lab,
  names: readonly string[],
  unreached: readonly string[] = [],
): Promise<void> {
  for (const name of names) {
    const host = lab.faults(name);
    await eventually(
      `nothing of ours runs on ${name}: ${host.ours().join(" | ")}`,
      () => host.ours().length === 0,
    );
    expect(host.strayFiles()).toEqual([]);
    const found = host.homeFiles();
    if (found.length > 0 || !unreached.includes(name)) expect(found).toEqual([".cache/caelum"]);
  }
}

function startIn(home: string, args: readonly string[], events: CaelumEvent[] = []) {
  mkdirSync(path.join(home, "tmp"), { recursive: true });
  return execa(process.execPath, [caelumBin, ...args], {
    cwd: home,
    env: {
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
      HOME: home,
      NODE_COMPILE_CACHE: process.env["CAELUM_TEST_COMPILE_CACHE"] ?? "",
    },
    extendEnv: false,
    reject: false,
    stdin: "ignore",
    stderr: eventLines(events),
    forceKillAfterDelay: false,
  });
}
