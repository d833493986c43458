import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { TestFailure, TestUnit } from "../../model.ts";
import { Batch } from "../common/batch.ts";
import { lineReader } from "../common/process.ts";
import { type FinishedProcess, runToEnd } from "../common/run-to-end.ts";
import { failureOfProcess } from "../common/unit-session.ts";
import { readJunit } from "../junit/read-junit.ts";
import type { Runner, RunnerContext, RunnerSession } from "../runner.ts";
import { javaStacks } from "./stacks.ts";
import { classOfUnit, classUnits } from "./classes.ts";

export interface BuildTool {
  name: string;
  /** Folder of JUnit reports below a module: `TEST-com.example.MathTest.xml`. */
  reports: string;
  /** Runs these classes of a module. */
  command(
    context: RunnerContext,
    module: string,
    classes: readonly string[],
  ): { program: string; args: string[] };
  /** What a line of its output tells of a class, if it tells anything. */
  progress?: (line: string) => { className: string; ended: boolean } | undefined;
}

/** Compilation and downloads come first; no test is to blame for the time they take. */
const leastStartMs = 1_800_000;

/** What runners of build tools have in common: classes are units. */
export function classRunner(tool: BuildTool): Pick<Runner, "name" | "list" | "start"> {
  return {
    name: tool.name,
    list: async ({ project }) => classUnits(tool.name, project),
    start: async (context) => buildToolSession(tool, context),
  };
}

/** A session for build tools of the JVM: a process for all classes of a module, since its start takes seconds. */
function buildToolSession(tool: BuildTool, context: RunnerContext): RunnerSession {
  return {
    async run(units, emit, signal) {
      const batch = new Batch(units, emit);
      for (const [module, own] of byModule(units)) {
        let open = own;
        while (open.length > 0 && !signal.aborted) {
          await runModule(tool, context, batch, module, open, signal);
          const left = new Set(batch.open.map(({ id }) => id));
          open = open.filter(({ id }) => left.has(id));
        }
      }
      batch.endAll("cancelled");
    },
    stop: () => Promise.resolve(),
  };
}

function byModule(units: readonly TestUnit[]): Map<string, TestUnit[]> {
  const modules = new Map<string, TestUnit[]>();
  for (const unit of units) {
    const { module } = classOfUnit(unit);
    modules.set(module, [...(modules.get(module) ?? []), unit]);
  }
  return modules;
}

/** Each call ends at least one of the units. */
async function runModule(
  tool: BuildTool,
  context: RunnerContext,
  batch: Batch,
  module: string,
  units: readonly TestUnit[],
  signal: AbortSignal,
): Promise<void> {
  const reports = path.join(context.project.folder, module, tool.reports);
  const byClass = new Map(units.map((unit) => [classOfUnit(unit).className, unit]));
  for (const name of byClass.keys())
    for (const file of reportsOf(reports, name)) rmSync(file, { force: true });
  const expired = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const arm = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => expired.abort(), ms);
  };
  const read = lineReader((line) => {
    const progress = tool.progress?.(line);
    const unit = progress === undefined ? undefined : byClass.get(progress.className);
    if (progress === undefined || unit === undefined) return;
    arm(context.timeoutMs);
    batch.start(unit.id);
    if (progress.ended) endByReport(batch, unit, reports);
  });
  const bound = tool.progress === undefined ? context.timeoutMs * units.length : 0;
  arm(leastStartMs + bound);
  const finished = await runToEnd(
    {
      ...tool.command(context, module, [...byClass.keys()]),
      cwd: context.project.folder,
      env: context.env,
      timeoutMs: 2 ** 31 - 1,
      expired: expired.signal,
      dump: javaStacks,
      onOutput: (text, stream) => {
        context.log(text);
        if (stream === "stdout") read(text);
      },
    },
    signal,
  );
  clearTimeout(timer);
  if (signal.aborted) return;
  settle(tool, context, batch, units, reports, finished, expired.signal.aborted);
}

/** What became of the units that have not ended while the tool ran. */
function settle(
  tool: BuildTool,
  context: RunnerContext,
  batch: Batch,
  units: readonly TestUnit[],
  reports: string,
  finished: FinishedProcess,
  timeout: boolean,
): void {
  const left = new Set(batch.open.map(({ id }) => id));
  const running = new Set(batch.running.map(({ id }) => id));
  const open = units.filter(({ id }) => left.has(id));
  const failure = explain(tool, finished);
  const culprits = open.filter(({ id }) => running.has(id));
  for (const unit of open) {
    if (reportsOf(reports, classOfUnit(unit).className).length > 0) endByReport(batch, unit, reports);
    else if (timeout && (culprits.includes(unit) || culprits.length === 0)) {
      batch.end(unit.id, "timeout", {
        ...failure,
        details: [finished.dump ?? "", failure.details ?? ""].filter((text) => text !== "").join("\n\n"),
        message: `nothing came of it within ${context.timeoutMs / 1000} s`,
      });
    } else if (culprits.includes(unit)) batch.end(unit.id, "crashed", failure);
    else if (finished.end.code === 0) batch.end(unit.id, "done");
    // The others run once more, unless it was nobody's fault in particular: they could not be compiled.
    else if (culprits.length === 0) batch.end(unit.id, "broken", failure);
  }
}

function explain(tool: BuildTool, finished: FinishedProcess): TestFailure {
  const failure = failureOfProcess(tool.name, finished);
  const compiler = /^.*(?:\.(?:java|kt|groovy):\[?\d+[\],:].*|error: .*)$/m.exec(
    finished.stdout + finished.stderr,
  )?.[0];
  const told = compiler ?? /^\[ERROR\] (?!\s*$)(.*)$/m.exec(finished.stdout)?.[1];
  return told === undefined ? failure : { ...failure, message: told };
}

/** The class and those nested in it have a report each. */
function reportsOf(folder: string, className: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name === `TEST-${className}.xml` || name.startsWith(`TEST-${className}$`))
      .sort()
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

function endByReport(batch: Batch, unit: TestUnit, folder: string): void {
  const { className } = classOfUnit(unit);
  const problems: string[] = [];
  for (const file of reportsOf(folder, className)) {
    const report = readJunit(readFileSync(file, "utf8"));
    if (report.problem !== undefined) problems.push(`${path.basename(file)}: ${report.problem}`);
    for (const each of report.problem === undefined ? report.cases : []) {
      const title = [each.className ?? className, each.name];
      const { outcome, ms, failures, reason, retries, output } = each;
      batch.test(unit.id, { title, outcome, ms, failures, retries, ...given({ reason, output }) });
    }
  }
  const [problem] = problems;
  if (problem === undefined) batch.end(unit.id, "done");
  else batch.end(unit.id, "broken", { message: problem });
}

function given(fields: { reason: string | undefined; output: string | undefined }): {
  reason?: string;
  output?: string;
} {
  const { reason, output } = fields;
  return { ...(reason === undefined ? {} : { reason }), ...(output === undefined ? {} : { output }) };
}
