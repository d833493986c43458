import { statSync } from "node:fs";
import path from "node:path";
import picomatch from "picomatch";
import { driverWith } from "../common/driver-files.ts";
import { type Driver, DriverSession } from "../common/driver-session.ts";
import { killQuietly } from "../common/marked-processes.ts";
import { delay, type GroupedProcess } from "../common/process.ts";
import { findProgram } from "../common/programs.ts";
import { quoteCommand, splitWords } from "../common/quote.ts";
import { inProject, unitOf } from "../common/unit-paths.ts";
import type { ProjectFolder, Runner, RunnerContext } from "../runner.ts";

const name = "rspec";

/** RSpec, file after file in one process that stays up: what `spec_helper` loads is loaded once. */
export const rspec: Runner = {
  name,
  detect(project) {
    if (specFiles(project).length === 0) return undefined;
    const configured = [".rspec", "Gemfile", "Rakefile"].find((file) =>
      /\brspec\b|--require/.test(project.read(file) ?? ""),
    );
    const helper = project.files.find((file) => file === "spec/spec_helper.rb");
    const because = configured ?? helper ?? sayingRspec(project);
    if (because === undefined) return undefined;
    const [program = "", ...args] = command(project);
    return {
      runner: name,
      project: project.path,
      because,
      tools: [
        {
          name,
          check: {
            program,
            args: [...args, "-e", "require 'rspec/core'; puts RSpec::Core::Version::STRING"],
          },
          hint: "install the project's gems: bundle install",
        },
      ],
    };
  },
  async list({ project }) {
    return specFiles(project).map((file) => unitOf(name, project, file, { bytes: sizeOf(project, file) }));
  },
  start: async (context) => new DriverSession(driverFor(context), context),
  // Ruby measures by itself.
  coverage: () => [],
  reproduce(test, unit) {
    const file = inProject({ path: unit.project }, unit.file);
    return quoteCommand(["rspec", file, ...(test === undefined ? [] : ["-e", test.title.join(" ")])]);
  },
};

/** A folder of specs says what it is by itself, unless they are those of Minitest. */
function sayingRspec(project: ProjectFolder): string | undefined {
  return specFiles(project).find((file) => {
    const text = project.read(file) ?? "";
    return /^\s*(?:RSpec\.)?describe\b/m.test(text) && !/\bminitest\b/i.test(text);
  });
}

function driverFor(context: RunnerContext): Driver {
  const [program = "", ...args] = command(context.project);
  const driver = driverWith(context.scratch, "rspec/driver.rb");
  return {
    name,
    program: findProgram(program, context.env) ?? program,
    args: [...args, driver, JSON.stringify(context.args)],
    env:
      context.coverage === undefined
        ? context.env
        : { ...context.env, CAELUM_COVERAGE: path.join(context.coverage, `rspec-${context.slot}`) },
    dump: rubyStacks,
    ...(context.coverage === undefined ? {} : { farewellMs: 30_000 }),
  };
}

function command(project: ProjectFolder): string[] {
  return /\brspec\b/.test(project.read("Gemfile.lock") ?? "") ? ["bundle", "exec", "ruby"] : ["ruby"];
}

/** Files as RSpec finds them, with the pattern of `.rspec` if that has one. */
function specFiles(project: ProjectFolder): string[] {
  const options = splitWords(project.read(".rspec") ?? "");
  const option = (...names: string[]): string | undefined => {
    const at = options.findIndex((word) => names.includes(word.split("=")[0] ?? ""));
    return at < 0 ? undefined : (options[at]?.split("=")[1] ?? options[at + 1]);
  };
  const folder = option("--default-path") ?? "spec";
  const given = option("--pattern", "-P");
  const patterns = given?.split(",").map((pattern) => pattern.trim()) ?? [`${folder}/**/*_spec.rb`];
  const matches = picomatch(patterns);
  return project.files
    .filter((file) => matches(file) || (given !== undefined && matches(inFolder(file, folder))))
    .toSorted();
}

function inFolder(file: string, folder: string): string {
  return file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
}

function sizeOf(project: ProjectFolder, file: string): number {
  return statSync(path.join(project.folder, file), { throwIfNoEntry: false })?.size ?? 0;
}

/** The driver prints the stacks of all threads when it is asked with this signal. */
async function rubyStacks(hung: GroupedProcess, printed: () => string): Promise<string | undefined> {
  if (hung.pid === undefined || process.platform === "win32") return undefined;
  killQuietly(hung.pid, "SIGUSR1");
  await delay(400);
  const all = printed();
  const start = all.lastIndexOf("#<Thread:");
  return start < 0 ? undefined : all.slice(all.indexOf("#<Thread:")).split("end of stacks")[0]?.trim();
}
