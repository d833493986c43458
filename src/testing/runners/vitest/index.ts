import path from "node:path";
import { driverWith } from "../common/driver-files.ts";
import type { Driver } from "../common/driver-session.ts";
import { inspectable, nodeStacks } from "../common/node-stacks.ts";
import { packageRunner } from "../common/package-runner.ts";
import { canResolve, nodeProgram } from "../common/programs.ts";
import { escapePattern, quoteCommand } from "../common/quote.ts";
import { type ScriptCommand, scriptCommand } from "../common/script-command.ts";
import { splitsByTitle } from "../common/title-parts.ts";
import { inProject } from "../common/unit-paths.ts";
import type { ProjectFolder, Runner, RunnerContext } from "../runner.ts";
import { ListingSession, listWithDriver } from "../common/list-with-driver.ts";

const name = "vitest";
const program = /^vitest$/;

/** Vitest, kept up between batches: its start and its transformed modules are what costs. */
export const vitest: Runner = {
  name,
  ...packageRunner({
    name,
    config: /^vitest\.(?:config|workspace|projects)\.[cm]?[jt]s(?:on)?$/,
    program,
    // It needs no configuration, and in a monorepo the root has the package for its members.
    byPackageAlone: hasTests,
  }),
  async list(context, signal) {
    return listWithDriver(name, driverFor(context), context, signal);
  },
  async start(context) {
    return new ListingSession(name, driverFor(context), context);
  },
  split: splitsByTitle(driverFor),
  coverage: (project) => [
    {
      name: "@vitest/coverage-v8",
      check: async () => providerOf(project) !== undefined,
      hint: "npm install --save-dev @vitest/coverage-v8, in the version of vitest",
    },
  ],
  reproduce(test, unit) {
    const file = inProject({ path: unit.project }, unit.file);
    const project = unit.selection === undefined ? [] : ["--project", ...unit.selection];
    const title = unit.selection === undefined ? test?.title : test?.title.slice(1);
    const pattern = title === undefined ? [] : ["-t", titlePattern(title)];
    return quoteCommand(["npx", "vitest", "run", file, ...project, ...pattern]);
  },
};

/** Up to version 4 Vitest joins the titles of suites and test with a space, then with ` > `. */
function titlePattern(title: readonly string[]): string {
  return `^${title.map(escapePattern).join("( >)? ")}$`;
}

function driverFor(context: RunnerContext): Driver {
  const main = driverWith(context.scratch, "vitest/driver.mjs", "common/channel.mjs");
  const script = scriptCommand(context.project, program);
  const options = {
    args: [...(script === undefined ? [] : argumentsOf(script)), ...context.args],
    flags: inspectable,
    ...(context.coverage === undefined ? {} : { coverage: coverageOf(context, context.coverage) }),
  };
  return {
    name,
    program: nodeProgram(context.env),
    args: [...inspectable, ...(script?.flags ?? []), main],
    env: { ...context.env, ...script?.env, CAELUM_VITEST: JSON.stringify(options) },
    dump: nodeStacks,
    ...(context.coverage === undefined ? {} : { farewellMs: 30_000 }),
  };
}

/** What the project's own script passes to Vitest: `--config`, `--project`, names of folders. */
function argumentsOf({ args }: ScriptCommand): string[] {
  return ["run", "watch", "dev"].includes(args[0] ?? "") ? args.slice(1) : args;
}

function hasTests(project: ProjectFolder): boolean {
  return project.files.some(
    (file) => /\.(?:test|spec)\.[cm]?[jt]sx?$/.test(file) && !/(?:^|\/)node_modules\//.test(file),
  );
}

/** Vitest works in `folder`; what it has finished goes to `kept`. */
function coverageOf({ project, scratch }: RunnerContext, kept: string) {
  return { provider: providerOf(project) ?? "v8", folder: path.join(scratch, "coverage"), kept };
}

function providerOf({ folder }: ProjectFolder): "v8" | "istanbul" | undefined {
  return (["v8", "istanbul"] as const).find((provider) =>
    canResolve(folder, `@vitest/coverage-${provider}/package.json`),
  );
}
