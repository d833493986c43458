import { statSync } from "node:fs";
import path from "node:path";
import type { TestUnit } from "../../model.ts";
import { RunnerError } from "../errors.ts";
import { variable } from "../common/programs.ts";
import { quoteCommand } from "../common/quote.ts";
import { type FinishedProcess, runToEnd } from "../common/run-to-end.ts";
import { asFileOfTree, inProject, unitOf } from "../common/unit-paths.ts";
import {
  type Ending,
  endingOfStopped,
  failureOfProcess,
  partsByName,
  runUnitProcess,
  unitSession,
  type UnitRun,
} from "../common/unit-session.ts";
import type { Runner, RunnerContext } from "../runner.ts";
import { instrumented, profiles, rustCoverage, writeLcov } from "./coverage.ts";
import { CargoOutput, titleOf } from "./output.ts";
import { type CargoTarget, compilerErrors, readTargets } from "./targets.ts";
import { isRust, runsMembers, usesNextest } from "./rust-project.ts";

const name = "cargo";

/** `cargo test`: cargo builds all test binaries once, and each is a unit; so is the documentation of each library. */
export const cargo: Runner = {
  name,
  detect(project) {
    if (!isRust(project) || usesNextest(project)) return undefined;
    return {
      runner: name,
      project: project.path,
      because: "Cargo.toml",
      tools: [
        {
          name: "cargo",
          check: { program: "cargo", args: ["--version"] },
          hint: "install Rust (https://rustup.rs), and put cargo on the path of non-interactive shells",
        },
      ],
    };
  },
  covers: runsMembers,
  async list(context, signal) {
    const { targets } = await built(context, signal);
    return targets.map((target) => unitFor(context, target)).sort((a, b) => (a.id < b.id ? -1 : 1));
  },
  async split(unit, parts, context, signal) {
    const { targets } = await built(context, signal);
    const target = targets.find((target) => unitFor(context, target).id === unit.id);
    if (target?.executable === undefined) return [unit];
    const names = (await testNames(target, context, signal)) ?? [];
    return partsByName(unit, names, parts);
  },
  async start(context) {
    const known = new Map<string, CargoTarget>();
    return unitSession(context, async (run) => {
      if (known.size === 0) {
        try {
          const { targets } = await built(context, run.signal);
          for (const target of targets) known.set(unitFor(context, target).id, target);
        } catch (error) {
          if (run.signal.aborted) return { end: "cancelled" };
          if (!(error instanceof RunnerError)) throw error;
          return {
            end: "broken",
            failure: { message: error.message, details: error.output },
          };
        }
      }
      const target = known.get(run.unit.id.split("|").slice(0, 4).join("|"));
      if (target === undefined) {
        return { end: "broken", failure: { message: `cargo builds no such target: ${run.unit.file}` } };
      }
      return target.executable === undefined
        ? runDocumentation(run, target)
        : runBinary(run, target, target.executable);
    });
  },
  coverage: () => [rustCoverage],
  reproduce(test, unit) {
    const [, , , target = ""] = unit.id.split("|");
    const [kind = "", ...rest] = target.split(":");
    const binary = kind === "lib" || kind === "doc" ? [`--${kind}`] : [`--${kind}`, rest.join(":")];
    if (test === undefined) return quoteCommand(["cargo", "test", ...binary]);
    const title = test.title.join("::");
    if (kind === "doc")
      return quoteCommand(["cargo", "test", "--doc", title.replace(/^.*? - /, "").replace(/ \(line.*$/, "")]);
    return quoteCommand(["cargo", "test", ...binary, "--", "--exact", title]);
  },
};

/** The same for all that name a target: `lib`, `bin:tool`, `test:integration`, `doc`. */
function unitFor({ project }: RunnerContext, target: CargoTarget): TestUnit {
  const file = inProject(project, asFileOfTree(project, target.source));
  const kind =
    target.executable === undefined ? "doc" : /lib|proc-macro/.test(target.kind) ? "lib" : target.kind;
  return unitOf(name, project, file, {
    part: kind === "lib" || kind === "doc" ? kind : `${kind}:${target.name}`,
    bytes: statSync(target.source, { throwIfNoEntry: false })?.size ?? 0,
    splittable: target.executable !== undefined,
  });
}

async function built(context: RunnerContext, signal: AbortSignal): Promise<{ targets: CargoTarget[] }> {
  const { project } = context;
  const own = buildArguments(context);
  const { end, stdout, stderr } = await runToEnd(
    {
      program: "cargo",
      args: ["test", "--workspace", "--no-run", "--message-format=json", ...own],
      cwd: project.folder,
      env: instrumented(context),
      timeoutMs: 3_600_000,
      onOutput: (text, stream) => {
        if (stream === "stderr") context.log(text);
      },
    },
    signal,
  );
  signal.throwIfAborted();
  if (end.code !== 0) {
    const output = compilerErrors(stdout) || stderr || String(end.error);
    const first = /^error(?:\[E\d+\])?: .*$/m.exec(output)?.[0] ?? "cargo could not build the tests";
    throw new RunnerError(name, first, { output });
  }
  const binaries = readTargets(stdout);
  const libraries = binaries.filter(({ kind }) => /^(?:lib|rlib)$/.test(kind));
  const documentation = libraries.map(({ executable: _executable, ...library }) => library);
  return { targets: [...binaries, ...documentation] };
}

/** What is before `--` in the arguments of `cargo test`; the rest is for the binaries. */
function buildArguments({ args }: RunnerContext): string[] {
  const end = args.indexOf("--");
  return end < 0 ? [...args] : args.slice(0, end);
}

function runArguments({ args }: RunnerContext): string[] {
  const end = args.indexOf("--");
  return end < 0 ? [] : args.slice(end + 1);
}

/** Undefined for what has a harness of its own. */
async function testNames(
  target: CargoTarget,
  context: RunnerContext,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const listed = await runToEnd(
    {
      program: target.executable ?? "",
      args: ["--list", "--format", "terse"],
      cwd: target.folder,
      env: environmentOf(target, context),
      timeoutMs: 60_000,
    },
    signal,
  );
  const lines = listed.stdout.split("\n").filter((line) => line.trim() !== "");
  if (listed.end.code !== 0 || !lines.every((line) => /: (?:test|bench)$/.test(line))) return undefined;
  return lines.filter((line) => line.endsWith(": test")).map((line) => line.slice(0, -": test".length));
}

async function runBinary(run: UnitRun, target: CargoTarget, executable: string): Promise<Ending> {
  const { unit, context, signal } = run;
  const names = await testNames(target, context, signal);
  const own = names === undefined;
  // The harness says nothing of a test before it has ended: it may be any that has no result.
  for (const each of unit.selection ?? names ?? []) run.testStarted(titleOf(each));
  const output = new CargoOutput(run.test);
  const selection = unit.selection === undefined ? [] : ["--exact", ...unit.selection];
  const args = own ? [] : [...runArguments(context), ...selection];
  const measured = context.coverage === undefined ? undefined : profiles(context);
  const env = { ...environmentOf(target, context), ...measured?.env };
  const finished = await runUnitProcess(
    run,
    { program: executable, args, cwd: target.folder, env },
    output.write,
  );
  if (measured !== undefined) await writeLcov(context, executable, measured.folder, signal);
  return own ? endOfOwnHarness(run, target, finished) : endOf(output, finished, context);
}

/** A harness of its own tells by its exit code alone. */
function endOfOwnHarness({ context, test }: UnitRun, target: CargoTarget, finished: FinishedProcess): Ending {
  const stopped = endingOfStopped(finished, context);
  if (stopped !== undefined) return stopped;
  const failure = failureOfProcess(target.name, finished);
  if (finished.end.signal !== null) return { end: "crashed", failure };
  const outcome = finished.end.code === 0 ? "passed" : "failed";
  test({ title: [target.name], outcome, ms: 0, ...(outcome === "passed" ? {} : { failures: [failure] }) });
  return { end: "done" };
}

async function runDocumentation(run: UnitRun, target: CargoTarget): Promise<Ending> {
  const { context } = run;
  const output = new CargoOutput(run.test);
  const args = ["test", "--doc", "--manifest-path", target.manifest, ...buildArguments(context)];
  const finished = await runUnitProcess(
    run,
    // Only unstable Rust measures what documentation runs.
    { program: "cargo", args: [...args, "--", ...runArguments(context)] },
    output.write,
  );
  return endOf(output, finished, context);
}

function endOf(output: CargoOutput, finished: FinishedProcess, context: RunnerContext): Ending {
  output.finish();
  const stopped = endingOfStopped(finished, context);
  if (stopped !== undefined) return stopped;
  if (output.concluded && finished.end.signal === null) return { end: "done" };
  return {
    end: output.begun || finished.end.signal !== null ? "crashed" : "broken",
    failure: failureOfProcess("the test binary", finished),
  };
}

/** What cargo gives to the binaries that it starts. https://doc.rust-lang.org/cargo/reference/environment-variables.html */
function environmentOf(target: CargoTarget, { env }: RunnerContext): Record<string, string> {
  const key =
    process.platform === "win32"
      ? "PATH"
      : process.platform === "darwin"
        ? "DYLD_FALLBACK_LIBRARY_PATH"
        : "LD_LIBRARY_PATH";
  const dependencies = path.dirname(target.executable ?? "");
  const folders = [dependencies, path.dirname(dependencies), variable(env, key)].filter(
    (folder) => folder !== undefined,
  );
  return {
    ...env,
    CARGO_MANIFEST_DIR: target.folder,
    CARGO_MANIFEST_PATH: target.manifest,
    [key]: folders.join(path.delimiter),
  };
}
