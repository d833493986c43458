import type { TestFailure, TestUnit, UnitEnd } from "../../model.ts";
import type { RunnerContext, RunnerEvent, RunnerSession } from "../runner.ts";
import { Batch, type Reported } from "./batch.ts";
import { describeEnd } from "./process.ts";
import { type FinishedProcess, type RunOptions, runToEnd } from "./run-to-end.ts";
import { lastPart, withoutInspector } from "./text.ts";
import { inParts } from "./unit-paths.ts";

/** One unit that is to be run by a process of its own. */
export interface UnitRun {
  unit: TestUnit;
  context: RunnerContext;
  signal: AbortSignal;
  test: (reported: Reported) => void;
  /** A test has begun. */
  testStarted: (title: readonly string[]) => void;
}

/** Who reads what a runner prints tells this. */
export type Told = Pick<UnitRun, "test" | "testStarted">;

export type Ending = Pick<UnitEnd, "end" | "failure">;

/** A session for runners that stay up for nothing: each unit is a process, one after another. */
export function unitSession(
  context: RunnerContext,
  runUnit: (run: UnitRun) => Promise<Ending>,
): RunnerSession {
  return {
    async run(units: readonly TestUnit[], emit: (event: RunnerEvent) => void, signal: AbortSignal) {
      const batch = new Batch(units, emit);
      for (const unit of units) {
        if (signal.aborted) break;
        batch.start(unit.id);
        const test = (reported: Reported): void => batch.test(unit.id, reported);
        const testStarted = (title: readonly string[]): void => batch.testStarted(unit.id, title);
        const { end, failure } = await runUnit({ unit, context, signal, test, testStarted });
        batch.end(unit.id, end, failure);
      }
      batch.endAll("cancelled");
    },
    stop: () => Promise.resolve(),
  };
}

/** The process of a unit: bounded as units are, its output in the log, and what it prints on stdout read as it comes. */
export async function runUnitProcess(
  { context, signal }: UnitRun,
  options: Partial<RunOptions> & Pick<RunOptions, "program" | "args">,
  read: (stdout: string) => void = () => {},
): Promise<FinishedProcess> {
  const finished = await runToEnd(
    {
      cwd: context.project.folder,
      env: context.env,
      timeoutMs: context.timeoutMs,
      ...options,
      onOutput: (text, stream) => {
        context.log(text);
        if (stream === "stdout") read(text);
      },
    },
    signal,
  );
  // A last line without its end.
  read("\n");
  return finished;
}

/** How a unit ended whose process was stopped; undefined if it came to its own end. */
export function endingOfStopped(finished: FinishedProcess, context: RunnerContext): Ending | undefined {
  if (finished.stopped === "aborted") return { end: "cancelled" };
  if (finished.stopped !== "timeout") return undefined;
  const details = [finished.dump ?? "", lastPart(withoutInspector(finished.stdout + finished.stderr), 4000)];
  return {
    end: "timeout",
    failure: {
      message: `nothing came of it within ${context.timeoutMs / 1000} s`,
      details: details.filter((part) => part.trim() !== "").join("\n\n"),
    },
  };
}

/** A failure that is told by how a process ended and what it printed last. */
export function failureOfProcess(what: string, finished: FinishedProcess): TestFailure {
  return {
    message: `${what} ended with ${describeEnd(finished.end)}`,
    details: lastPart([finished.stdout, finished.stderr].filter((text) => text.trim() !== "").join("\n")),
  };
}

/** Units for parts of another, by the names of their tests. */
export function partsByName(unit: TestUnit, names: readonly string[], parts: number): TestUnit[] {
  const shares = inParts(names, parts);
  return shares.map((selection, index) => ({
    ...unit,
    id: `${unit.id}|${index + 1}/${shares.length}`,
    bytes: Math.round(unit.bytes / shares.length),
    tests: selection.length,
    selection,
    splittable: false,
  }));
}
