import { driverWith } from "../common/driver-files.ts";
import { type Driver, DriverSession } from "../common/driver-session.ts";
import { listWithDriver } from "../common/list-with-driver.ts";
import { inspectable, nodeStacks } from "../common/node-stacks.ts";
import { packageRunner } from "../common/package-runner.ts";
import { nodeProgram } from "../common/programs.ts";
import { exactPattern, quoteCommand } from "../common/quote.ts";
import { scriptCommand } from "../common/script-command.ts";
import { splitsByTitle } from "../common/title-parts.ts";
import { inProject } from "../common/unit-paths.ts";
import type { Runner, RunnerContext } from "../runner.ts";

const name = "mocha";
const program = /^_?mocha$/;

/** Mocha, file after file in one process that stays up. */
export const mocha: Runner = {
  name,
  ...packageRunner({
    name,
    config: /^\.mocharc\.(?:[cm]?js|jsonc?|ya?ml)$/,
    program,
    configured: ({ whole }) => (whole["mocha"] === undefined ? undefined : "settings in package.json"),
  }),
  list: (context, signal) => listWithDriver(name, driverFor(context), context, signal),
  start: async (context) => new DriverSession(driverFor(context), context),
  split: splitsByTitle(driverFor),
  coverage: () => [],
  reproduce(test, unit) {
    const file = inProject({ path: unit.project }, unit.file);
    const pattern = test === undefined ? [] : ["--grep", exactPattern(test.title.join(" "))];
    return quoteCommand(["npx", "mocha", file, ...pattern]);
  },
};

function driverFor(context: RunnerContext): Driver {
  const script = scriptCommand(context.project, program);
  const { coverage } = context;
  return {
    name,
    program: nodeProgram(context.env),
    args: [
      ...inspectable,
      ...(script?.flags ?? []),
      driverWith(context.scratch, "mocha/driver.mjs", "common/channel.mjs"),
    ],
    env: {
      ...context.env,
      ...script?.env,
      CAELUM_MOCHA: JSON.stringify({ args: [...(script?.args ?? []), ...context.args] }),
      ...(coverage === undefined ? {} : { NODE_V8_COVERAGE: coverage }),
    },
    dump: nodeStacks,
  };
}
