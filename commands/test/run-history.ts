import path from "node:path";
import type { OptionValues } from "commander";
import { checkWritable } from "#faces";
import { showFlaky, showTimings } from "#faces/test";
import { type ExitName, stateFolder, UsageError } from "#kernel";
import { TestStore } from "#testing";
import type { Context } from "../context.ts";
import { testReportFiles } from "./flags.ts";
import { exitOf, writeAll } from "./write-all.ts";

export interface HistoryFlags extends OptionValues {
  readonly json?: true;
}
export interface ReportFlags extends HistoryFlags {
  readonly report?: readonly string[];
}

/** Ends as the run itself did. @throws UsageError when there was none */
export async function runReport(context: Context, given: string, flags: ReportFlags): Promise<ExitName> {
  const root = path.resolve(context.cwd, given);
  const reports = testReportFiles(flags.report, context.cwd);
  for (const { file } of reports) await checkWritable(file);
  const record = await withStore(context, (store) => store.lastRun(root));
  if (record === undefined) {
    throw new UsageError(`nothing is known of a run in "${root}"`, { hint: `caelum test ${given}` });
  }
  await writeAll(record, reports, context);
  return exitOf(record);
}

export async function runFlaky(context: Context, given: string, { json }: HistoryFlags): Promise<ExitName> {
  const root = path.resolve(context.cwd, given);
  const flakes = await withStore(context, (store) => store.flakes(root));
  context.stdout.stream.write(showFlaky(flakes, { json: json === true }));
  return "ok";
}

export async function runTimings(context: Context, given: string, { json }: HistoryFlags): Promise<ExitName> {
  const root = path.resolve(context.cwd, given);
  const timings = await withStore(context, (store) => store.allTimings(root));
  context.stdout.stream.write(
    showTimings(timings, { json: json === true, verbose: context.options.verbose === true }),
  );
  return "ok";
}

async function withStore<T>({ env }: Context, work: (store: TestStore) => T): Promise<T> {
  const store = await TestStore.open(stateFolder(env));
  try {
    return work(store);
  } finally {
    store.close();
  }
}
