import { statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { FleetPlan } from "#crew";
import { checkWritable, howFar, type Progress, showProgress, writeResult } from "#faces";
import { coverageLines } from "#faces/test";
import { CancelledError, type ExitName, exitCodes, stateFolder, UsageError } from "#kernel";
import { runTests, testEnvironment, type TestOptions, type TestRun } from "#testing";
import type { Context } from "../context.ts";
import { asksForFleet } from "../fleet/run-flags.ts";
import { version } from "../version.ts";
import { type TestFlags, testOptions, testReportFiles } from "./flags.ts";
import { exitOf, writeAll } from "./write-all.ts";

/** Flags in, verdict out; the work is the testing slice's. */
export async function runTest(context: Context, given: string, flags: TestFlags): Promise<ExitName> {
  const { cwd, clock, options, signal } = context;
  const root = path.resolve(cwd, given);
  const there = statSync(root, { throwIfNoEntry: false });
  if (there?.isDirectory() !== true)
    throw new UsageError(
      `"${given}" is not a folder`,
      there?.isFile() === true ? { hint: `caelum test --only ${given}` } : {},
    );
  const { values } = await context.config();
  const environment = testEnvironment(values.test, context.env, root);
  const basics = { ...testOptions(flags, root, values, cwd), ...environment };
  const fleet = await planFor(context, flags, basics);
  const reports = testReportFiles(flags.report, cwd);
  for (const { file } of reports) await checkWritable(file);

  const events = context.events();
  const startedAt = clock.monotonic();
  const progress = showProgress({ ...context, ...options, title: `test ${path.basename(root)}`, events });
  try {
    events.emit({ type: "run.started", command: "test", root, version });
    const { record, coverage } = await runTests(
      { ...basics, ...(fleet === undefined ? {} : { fleet }) },
      { events, signal, clock, stateFolder: stateFolder(context.env), onControl: progress.onControl },
    );
    const exit = exitOf(record);
    const ms = clock.monotonic() - startedAt;
    const complete = record.verdict !== "incomplete";
    events.emit({ type: "run.finished", exitCode: exitCodes[exit].code, complete, ms });
    await progress.stop();
    const lcov = coverage === undefined ? undefined : { file: lcovFile(flags, cwd), coverage };
    if (lcov !== undefined) await writeCoverage(lcov);
    await writeAll(record, reports, context);
    if (lcov !== undefined && options.quiet !== true) await tellCoverage(lcov, context);
    return exit;
  } catch (error) {
    await progress.stop();
    throw signal.aborted ? cancelled(signal, progress) : error;
  }
}

async function planFor(
  context: Context,
  flags: TestFlags,
  { platforms, workers }: TestOptions,
): Promise<FleetPlan | undefined> {
  if (!asksForFleet(flags)) {
    if (platforms === undefined) return undefined;
    // Without a fleet this machine is a platform all the same.
    const { foundFleet } = await import("../fleet/find.ts");
    if ((await foundFleet(context)) === undefined) return undefined;
  }
  const { fleetPlan } = await import("../fleet/plan.ts");
  return fleetPlan(context, flags, workers);
}

interface Lcov {
  /** Absolute. */
  file: string;
  coverage: NonNullable<TestRun["coverage"]>;
}

function lcovFile({ coverage }: TestFlags, cwd: string): string {
  return path.resolve(cwd, typeof coverage === "string" ? coverage : "coverage/lcov.info");
}

async function writeCoverage({ file, coverage }: Lcov): Promise<void> {
  const { lcovReport } = await import("#testing/coverage");
  await mkdir(path.dirname(file), { recursive: true });
  await writeResult(file, async (stream) => void stream.write(lcovReport(coverage)));
}

async function tellCoverage({ file, coverage }: Lcov, { stderr }: Context): Promise<void> {
  const { coverageTotals } = await import("#testing/coverage");
  for (const line of coverageLines(coverageTotals(coverage), coverage.problems, file))
    stderr.stream.write(`${line}\n`);
}

function cancelled(signal: AbortSignal, progress: Progress): CancelledError {
  const reason = signal.reason instanceof CancelledError ? signal.reason.message : "cancelled";
  return new CancelledError(`${reason}${howFar(progress.state())}`);
}
