import path from "node:path";
import { type Analysis, analyze } from "#analysis";
import type { FleetPlan } from "#crew";
import { checkWritable, fleetSummary, howFar, type Progress, showProgress, writeResult } from "#faces";
import { reportFormats, verdict, writeReport } from "#faces/report";
import { CancelledError, type ExitName, exitCodes, limitYoungGeneration } from "#kernel";
import type { Context } from "../context.ts";
import { asksForFleet } from "../fleet/run-flags.ts";
import { version } from "../version.ts";
import { checkNames } from "./check-names.ts";
import { type AnalyzeFlags, analyzeOptions, type Reports, wantedReports } from "./flags.ts";

/** Flags and settings in, reports and exit code out; the work is the analysis slice's. */
export async function runAnalyze(context: Context, given: string, flags: AnalyzeFlags): Promise<ExitName> {
  limitYoungGeneration();
  const { cwd, clock, options, signal } = context;
  const root = path.resolve(cwd, given);
  const config = await context.config();
  checkNames(config, cwd, flags.language === undefined);
  const basics = analyzeOptions(flags, config.values, cwd);
  const fleet = await planFor(context, flags, basics.workers);
  const analyzeWith = { ...basics, ...(fleet === undefined ? {} : { fleet }) };
  const reports = wantedReports(flags, reportFormats, cwd);
  for (const { file } of reports.files) await checkWritable(file);

  const events = context.events();
  const startedAt = clock.monotonic();
  const progress = showProgress({ ...context, ...options, title: `analyze ${path.basename(root)}`, events });
  try {
    events.emit({ type: "run.started", command: "analyze", root, version });
    const analysis = await analyze(root, analyzeWith, {
      events,
      signal,
      clock,
      onControl: progress.onControl,
    });
    const exit = exitOf(analysis);
    const ms = clock.monotonic() - startedAt;
    events.emit({ type: "run.finished", exitCode: exitCodes[exit].code, complete: analysis.complete, ms });
    await progress.stop();
    await writeAll(analysis, reports, context);
    return exit;
  } catch (error) {
    await progress.stop();
    throw signal.aborted ? cancelled(signal, progress, analyzeWith.cache !== false) : error;
  }
}

/** A run on this machine alone need not load what reads fleet files. */
async function planFor(
  context: Context,
  flags: AnalyzeFlags,
  workers: number | undefined,
): Promise<FleetPlan | undefined> {
  if (!asksForFleet(flags)) return undefined;
  const { fleetPlan } = await import("../fleet/plan.ts");
  return fleetPlan(context, flags, workers);
}

/** A gate that failed has failed, whatever is missing besides. */
function exitOf(analysis: Analysis): ExitName {
  if (analysis.gates.some(({ failures }) => failures.length > 0)) return "findings";
  if (analysis.duplicationGate?.isFailed) return "findings";
  if ((analysis.found.gate?.failures ?? 0) > 0) return "findings";
  return analysis.complete ? "ok" : "incomplete";
}

/** Files first: whoever reads stdout may stop reading at any time. */
async function writeAll(
  analysis: Analysis,
  { printed, files, annotations }: Reports,
  context: Context,
): Promise<void> {
  const { stdout, stderr, signal } = context;
  const verbose = context.options.verbose === true;
  for (const { format, file } of files) {
    const plain = { color: false, width: 100, verbose, signal, version };
    await writeResult(file, (stream) => writeReport(format, analysis, stream, plain));
  }
  if (printed !== undefined) {
    await writeReport(printed, analysis, stdout.stream, { ...stdout, verbose, signal, version });
  }
  if (annotations)
    await writeReport("github", analysis, stdout.stream, { ...stdout, verbose, signal, version });
  if (context.options.quiet) return;
  const notes = printed === "text" ? [] : verdict(analysis);
  // Programs have read it from the events.
  const { fleet } = analysis.how;
  if (fleet !== undefined && !context.options.json) {
    if (printed === "text") notes.push("");
    notes.push(...fleetSummary(fleet, stderr.width));
  }
  for (const line of notes) stderr.stream.write(`${line}\n`);
}

function cancelled(signal: AbortSignal, progress: Progress, cached: boolean): CancelledError {
  const reason = signal.reason instanceof CancelledError ? signal.reason.message : "cancelled";
  const details = cached ? { hint: "the same command again; files that were done are in the cache" } : {};
  return new CancelledError(`${reason}${howFar(progress.state())}`, details);
}
