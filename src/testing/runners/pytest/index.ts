import { existsSync } from "node:fs";
import path from "node:path";
import type { TestUnit } from "../../model.ts";
import { driverWith } from "../common/driver-files.ts";
import type { Driver } from "../common/driver-session.ts";
import { ListingSession, listWithDriver } from "../common/list-with-driver.ts";
import { findProgram } from "../common/programs.ts";
import { pythonStacks } from "../common/python-stacks.ts";
import { quoteCommand } from "../common/quote.ts";
import { runToEnd } from "../common/run-to-end.ts";
import { absolute, inParts, inProject } from "../common/unit-paths.ts";
import { RunnerError } from "../errors.ts";
import type { ProjectFolder, Runner, RunnerContext } from "../runner.ts";
import { describePytest } from "./detect.ts";

const name = "pytest";

/** pytest, kept up: it collects once, and a batch costs milliseconds more than its tests. */
export const pytest: Runner = {
  name,
  detect(project) {
    const because = describePytest(project);
    if (because === undefined) return undefined;
    return {
      runner: name,
      project: project.path,
      because,
      tools: [
        {
          name: "pytest",
          check: { program: pythonOf(project, {}), args: ["-m", "pytest", "--version"] },
          hint: "install it where the project's Python finds it: pip install pytest",
        },
      ],
    };
  },
  covers: () => true,
  async list(context, signal) {
    return listWithDriver(name, await driverFor(context, []), context, signal);
  },
  async split(unit, parts, context, signal) {
    const file = absolute(context.project, unit.file);
    const session = new PytestSession(await driverFor(context, [file]), context);
    try {
      return await session.split(unit, parts, signal);
    } finally {
      await session.stop();
    }
  },
  async start(context) {
    return new PytestSession(await driverFor(context, []), context);
  },
  coverage: (project) => [
    {
      name: "pytest-cov",
      check: { program: pythonOf(project, {}), args: ["-c", "import pytest_cov"] },
      hint: "install it where the project's Python finds it: pip install pytest-cov",
    },
  ],
  reproduce(test, unit) {
    const file = inProject({ path: unit.project }, test?.file ?? unit.file);
    return quoteCommand(["python", "-m", "pytest", [file, ...(test?.title ?? [])].join("::")]);
  },
};

class PytestSession extends ListingSession {
  readonly #context: RunnerContext;

  constructor(driver: Driver, context: RunnerContext) {
    super(name, driver, context);
    this.#context = context;
  }

  async split(unit: TestUnit, parts: number, signal: AbortSignal): Promise<TestUnit[]> {
    const file = absolute(this.#context.project, unit.file);
    const listed = await this.list(signal, { type: "tests", file });
    if (!("units" in listed))
      throw new RunnerError(name, `pytest could not list ${unit.file}: ${listed.message}`);
    return partsOf(
      unit,
      listed.units.flatMap(({ selection = [] }) => selection),
      parts,
    );
  }
}

/** All tests of a function stay together, if there are functions enough: their ids may hold what changes from run to run. */
function partsOf(unit: TestUnit, ids: readonly string[], parts: number): TestUnit[] {
  const functions = [...new Set(ids.map((id) => id.split("[")[0] ?? id))];
  const shares = inParts(functions.length >= parts ? functions : ids, parts);
  return shares.map((selection, index) => ({
    ...unit,
    id: `${unit.id}|${index + 1}/${shares.length}`,
    bytes: Math.round(unit.bytes / shares.length),
    tests: ids.filter((id) => selection.includes(id) || selection.includes(id.split("[")[0] ?? id)).length,
    selection,
    splittable: false,
  }));
}

async function driverFor(context: RunnerContext, files: readonly string[]): Promise<Driver> {
  const { project, scratch, slot, coverage } = context;
  const python = pythonOf(project, context.env);
  const has = await installed(python, context);
  const measured =
    coverage === undefined ? undefined : path.join(coverage, `pytest-${slot}-${Date.now()}.lcov`);
  const args = [
    // Its own workers would take the tests away from it.
    ...(has.has("xdist") ? ["-n", "0"] : []),
    ...(measured !== undefined
      ? ["--cov", `--cov-report=lcov:${measured}`]
      : has.has("pytest_cov")
        ? ["--no-cov"]
        : []),
    ...context.args,
    // It stays up after failures, and goes on collecting.
    "--maxfail=0",
    ...files,
  ];
  return {
    name,
    program: python,
    args: [driverWith(scratch, "pytest/driver.py")],
    env: {
      ...context.env,
      PYTHONUNBUFFERED: "1",
      CAELUM_PYTEST: JSON.stringify({ args, root: project.folder }),
      ...(coverage === undefined ? {} : { COVERAGE_FILE: path.join(scratch, `.coverage.${slot}`) }),
    },
    dump: pythonStacks,
    ...(measured === undefined ? {} : { farewellMs: 30_000 }),
  };
}

async function installed(python: string, context: RunnerContext): Promise<Set<string>> {
  const program = "import importlib.util as u;print(*[n for n in ('xdist','pytest_cov') if u.find_spec(n)])";
  const { stdout } = await runToEnd(
    {
      program: python,
      args: ["-c", program],
      cwd: context.project.folder,
      env: context.env,
      timeoutMs: 30_000,
    },
    new AbortController().signal,
  );
  return new Set(stdout.trim().split(/\s+/));
}

/** The project's own environment if it has one. */
function pythonOf(project: ProjectFolder, env: Readonly<Record<string, string>>): string {
  const inside = process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"];
  const own = [".venv", "venv"]
    .map((folder) => path.join(project.folder, folder, ...inside))
    .find(existsSync);
  return own ?? findProgram("python3", env) ?? findProgram("python", env) ?? "python3";
}
