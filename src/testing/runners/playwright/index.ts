import { driverWith } from "../common/driver-files.ts";
import { type Driver, DriverSession } from "../common/driver-session.ts";
import { listWithDriver } from "../common/list-with-driver.ts";
import { configFile, readManifest, testScripts } from "../common/manifest.ts";
import { nodeProgram, packageVersionCheck } from "../common/programs.ts";
import { escapePattern, quoteCommand } from "../common/quote.ts";
import { commandIn } from "../common/script-command.ts";
import { inProject } from "../common/unit-paths.ts";
import type { ProjectFolder, Runner, RunnerContext } from "../runner.ts";

const name = "playwright";
const config = /^playwright\.config\.[cm]?[jt]s$/;

/** Playwright's test runner: its command for each batch, since servers and browsers are its own to start and to end. */
export const playwright: Runner = {
  name,
  detect(project) {
    const configured = configFile(project, config);
    const depends = readManifest(project)?.packages.has("@playwright/test") === true;
    if (configured === undefined || !(depends || project.path === "")) return undefined;
    return {
      runner: name,
      project: project.path,
      because: [...(depends ? ["@playwright/test in package.json"] : []), configured].join(", "),
      tools: [packageVersionCheck("@playwright/test")],
    };
  },
  list: (context, signal) => listWithDriver(name, driverFor(context), context, signal),
  start: async (context) => new DriverSession(driverFor(context), context),
  reproduce(test, unit) {
    const file = inProject({ path: unit.project }, unit.file);
    const title = unit.selection === undefined ? test?.title : test?.title.slice(1);
    const project = unit.selection === undefined ? [] : [`--project=${unit.selection[0]}`];
    return quoteCommand([
      "npx",
      "playwright",
      "test",
      file,
      ...project,
      ...(title === undefined ? [] : ["-g", `${escapePattern(title.join(" "))}$`]),
    ]);
  },
};

function driverFor(context: RunnerContext): Driver {
  return {
    name,
    program: nodeProgram(context.env),
    args: [
      driverWith(context.scratch, "playwright/driver.mjs", "playwright/reporter.cjs", "common/channel.mjs"),
    ],
    env: {
      ...context.env,
      CAELUM_PLAYWRIGHT: JSON.stringify({ args: [...configOf(context.project), ...context.args] }),
    },
    startsForBatch: true,
  };
}

/** `--config` of the project's own script, if its command has one. */
function configOf(project: ProjectFolder): string[] {
  const manifest = readManifest(project);
  const scripts = manifest === undefined ? [] : [...testScripts(manifest), ...manifest.scripts.values()];
  for (const script of scripts) {
    const words = commandIn(script, /^playwright$/)?.args ?? [];
    const at = words.findIndex((word) => /^(?:-c|--config)(?:=|$)/.test(word));
    const word = words[at] ?? "";
    if (at >= 0) return word.includes("=") ? [word] : [word, words[at + 1] ?? ""];
  }
  return [];
}
