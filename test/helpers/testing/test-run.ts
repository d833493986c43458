import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import type { CaelumEvent } from "#kernel";
import type { TestRunRecord } from "#testing";
import { eventLines } from "../event-lines.ts";
import { eventually } from "../processes.ts";
import { caelumBin } from "../run-caelum.ts";
import type { SuiteFolder } from "../fleet-run.ts";

/** `caelum test` as a process of its own, with its events as they come and its record when it is over. */
export function startTests(
  suite: SuiteFolder,
  project: string,
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const home = suite.folder();
  const report = path.join(suite.folder(), "record.json");
  mkdirSync(path.join(home, "tmp"));
  const events: CaelumEvent[] = [];
  const child = execa(
    process.execPath,
    [caelumBin, "test", project, "--report", `json:${report}`, "--json", ...flags],
    {
      // Settings are those of the project.
      cwd: existsSync(project) ? project : home,
      env: {
        PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
        HOME: home,
        TMPDIR: path.join(home, "tmp"),
        NODE_COMPILE_CACHE: process.env["CAELUM_TEST_COMPILE_CACHE"] ?? "",
        ...env,
      },
      extendEnv: false,
      reject: false,
      stdin: "ignore",
      forceKillAfterDelay: false,
      stderr: eventLines(events),
    },
  );
  return {
    events,
    process: child,
    saw: (what: string, test: (event: CaelumEvent) => boolean) => eventually(what, () => events.some(test)),
    record: () => JSON.parse(readFileSync(report, "utf8")) as TestRunRecord,
  };
}

/** What counts of each test, one line each, sorted: equal for equal results, wherever they were made. */
export function countedResults({ tests }: TestRunRecord): string[] {
  const last = new Map<string, string>();
  for (const { platform, attempt, result } of tests.toSorted((a, b) => a.attempt - b.attempt)) {
    const { project, runner, file, title, ordinal } = result.test;
    const key = JSON.stringify([platform, project, runner, file, title, ordinal]);
    const seen = `${key}\0${attempt}`;
    if (last.has(seen)) throw new Error(`counted twice: ${key}`);
    last.set(seen, "");
    last.set(key, `${key} ${result.outcome}`);
  }
  return [...last].flatMap(([, line]) => (line === "" ? [] : [line])).toSorted();
}
