import { statSync } from "node:fs";
import path from "node:path";
import { firstLine } from "../common/text.ts";
import { quoteWord } from "../common/quote.ts";
import { runToEnd } from "../common/run-to-end.ts";
import { asFileOfTree, inProject, unitOf } from "../common/unit-paths.ts";
import {
  type Ending,
  endingOfStopped,
  failureOfProcess,
  runUnitProcess,
  unitSession,
  type UnitRun,
} from "../common/unit-session.ts";
import { RunnerError } from "../errors.ts";
import { collectReports, removeReports, reportedCase } from "../junit/collect.ts";
import type { Runner, RunnerContext } from "../runner.ts";
import { fillIn, shellFor } from "./shell.ts";

const name = "generic";

/**
 * Any command, as `test.generic` of the configuration describes it: `list` prints one file on a line, `run` is run
 * for each with the file in the place of `{files}`, `junit` is what it reports. Without `list` or `{files}` the whole is
 * one unit; without `junit` the exit code is the one result of a unit.
 */
export const generic: Runner = {
  name,
  // Nothing tells it by itself: who reads the configuration adds it.
  detect: () => undefined,
  async list(context, signal) {
    const { project, env } = context;
    const { list, run } = settings(context);
    if (list.trim() === "" || !run.includes("{files}")) return [unitOf(name, project, ".", { part: "all" })];
    const listed = await runToEnd(
      { ...shellFor(list), cwd: project.folder, env, timeoutMs: 300_000 },
      signal,
    );
    signal.throwIfAborted();
    if (listed.end.code !== 0) {
      throw new RunnerError(name, `\`${list}\` (test.generic.list) failed`, {
        output: failureOfProcess("it", listed).details ?? "",
      });
    }
    const files = listed.stdout.split(/\r?\n/).filter((line) => line.trim() !== "");
    const inTree = files.map((file) => inProject(project, asFileOfTree(project, file)));
    return [...new Set(inTree)]
      .toSorted()
      .map((file) => unitOf(name, project, file, { bytes: sizeOf(path.join(project.folder, file)) }));
  },
  start: async (context) => unitSession(context, runUnit),
  reproduce(_test, unit) {
    return `caelum test --only ${quoteWord(unit.file)}`;
  },
};

function settings(context: RunnerContext): { list: string; run: string; junit: string } {
  if (context.generic === undefined) throw new RunnerError(name, "test.generic is not configured");
  return context.generic;
}

async function runUnit(one: UnitRun): Promise<Ending> {
  const { unit, context, test } = one;
  const { run, junit } = settings(context);
  const { project } = context;
  if (junit !== "") removeReports(project.folder, junit);
  const whole = !run.includes("{files}");
  const command = whole ? run : fillIn(run, [inProject(project, unit.file)]);
  const started = performance.now();
  const finished = await runUnitProcess(one, shellFor(command));
  const reports = junit === "" ? undefined : collectReports(project.folder, junit);
  for (const each of reports?.cases ?? []) test(reportedCase(project, each));
  const stopped = endingOfStopped(finished, context);
  if (stopped !== undefined) return stopped;
  const { code, signal: killed } = finished.end;
  const failure = failureOfProcess(`\`${command}\``, finished);
  // A shell tells the signal that ended its program by a code above 128.
  const crashed =
    killed !== null || (process.platform !== "win32" && code !== null && code > 128 && code < 193);
  if (crashed) return { end: "crashed", failure };
  if (reports === undefined) {
    const outcome = code === 0 ? "passed" : "failed";
    const title = [whole ? run : path.posix.basename(unit.file)];
    test({ title, outcome, ms: performance.now() - started, ...(code === 0 ? {} : { failures: [failure] }) });
    return { end: "done" };
  }
  const [problem] = reports.problems;
  if (problem !== undefined) return { end: "broken", failure: { ...failure, message: problem } };
  if (reports.files === 0) {
    return {
      end: "broken",
      failure: { ...failure, message: `the command has not written ${junit} (${failure.message})` },
    };
  }
  // A failure that no test shows: what the command says last is all there is.
  if (code !== 0 && reports.cases.every(({ outcome }) => outcome !== "failed")) {
    return {
      end: "broken",
      failure: {
        ...failure,
        message: `${failure.message}, and no test failed: ${lastLine(finished.stderr)}`,
      },
    };
  }
  return { end: "done" };
}

function lastLine(text: string): string {
  return firstLine(text.trimEnd().split("\n").at(-1) ?? "");
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
