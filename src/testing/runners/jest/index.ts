import { statSync } from "node:fs";
import path from "node:path";
import { driverWith } from "../common/driver-files.ts";
import { type Driver, DriverSession } from "../common/driver-session.ts";
import { inspectable, nodeStacks } from "../common/node-stacks.ts";
import { packageRunner } from "../common/package-runner.ts";
import { nodeProgram, resolveFrom } from "../common/programs.ts";
import { exactPattern, quoteCommand } from "../common/quote.ts";
import { runToEnd } from "../common/run-to-end.ts";
import { scriptCommand } from "../common/script-command.ts";
import { splitsByTitle } from "../common/title-parts.ts";
import { asFileOfTree, inProject, unitOf } from "../common/unit-paths.ts";
import { RunnerError } from "../errors.ts";
import type { Runner, RunnerContext } from "../runner.ts";

const name = "jest";
const program = /^(?:jest|jest-cli)$/;

/** Jest, one file after another in a process that stays up. */
export const jest: Runner = {
  name,
  coverage: () => [],
  ...packageRunner({
    name,
    config: /^jest\.config\.(?:[cm]?[jt]s|json)$/,
    program,
    configured: ({ whole }) => (whole["jest"] === undefined ? undefined : "settings in package.json"),
  }),
  list,
  start: async (context) => new DriverSession(driverFor(context), context),
  split: splitsByTitle(driverFor),
  reproduce(test, unit) {
    const file = inProject({ path: unit.project }, unit.file);
    const title = test?.title.filter((part, index) => index > 0 || !/^\|.*\|$/.test(part));
    const pattern = title === undefined ? [] : ["-t", exactPattern(title.join(" "))];
    return quoteCommand(["npx", "jest", "--runTestsByPath", file, ...pattern]);
  },
};

async function list(context: RunnerContext, signal: AbortSignal) {
  const { project } = context;
  const bin = resolveFrom(project.folder, "jest/bin/jest");
  if (bin === undefined) throw new RunnerError(name, "jest is not installed in the project");
  const script = scriptCommand(project, program);
  const { stdout, stderr, end } = await runToEnd(
    {
      program: nodeProgram(context.env),
      args: [
        ...(script?.flags ?? []),
        bin,
        ...(script?.args ?? []),
        ...context.args,
        "--listTests",
        "--json",
      ],
      cwd: project.folder,
      env: { ...context.env, ...script?.env },
      timeoutMs: 120_000,
    },
    signal,
  );
  signal.throwIfAborted();
  const files = readList(stdout);
  if (end.code !== 0 || files === undefined) {
    throw new RunnerError(name, "jest could not list its tests", { output: stderr || stdout });
  }
  return files
    .map((file) =>
      unitOf(name, project, inProject(project, asFileOfTree(project, file)), { bytes: sizeOf(file) }),
    )
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Configurations may print before it. */
function readList(stdout: string): string[] | undefined {
  const line = stdout.split("\n").findLast((line) => line.startsWith("["));
  try {
    const files: unknown = JSON.parse(line ?? "");
    return Array.isArray(files) ? [...new Set(files.map(String))] : undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function driverFor(context: RunnerContext): Driver {
  const script = scriptCommand(context.project, program);
  const main = driverWith(context.scratch, "jest/driver.mjs", "jest/reporter.cjs", "common/channel.mjs");
  return {
    name,
    program: nodeProgram(context.env),
    args: [...inspectable, ...(script?.flags ?? []), path.resolve(main)],
    env: {
      ...context.env,
      ...script?.env,
      CAELUM_JEST: JSON.stringify({
        args: [...(script?.args ?? []), ...context.args],
        ...(context.coverage === undefined ? {} : { coverage: context.coverage }),
      }),
    },
    dump: nodeStacks,
    startsForBatch: true,
  };
}
