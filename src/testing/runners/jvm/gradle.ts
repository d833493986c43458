import { quoteCommand } from "../common/quote.ts";
import type { ProjectFolder, Runner } from "../runner.ts";
import { buildTool, classOfUnit, classUnits, methodOf } from "./classes.ts";
import { type BuildTool, classRunner } from "./session.ts";

const name = "gradle";

const tool: BuildTool = {
  name,
  reports: "build/test-results/test",
  command: ({ project, env, args }, module, classes) => ({
    program: gradleOf(project, env),
    args: [
      "--console=plain",
      // A daemon would outlive the run.
      "--no-daemon",
      "--continue",
      taskOf(module),
      ...classes.flatMap((className) => ["--tests", className]),
      ...args,
    ],
  }),
};

/** JUnit tests through Gradle: a class is a unit; reports are there when all classes of the batch have run. */
export const gradle: Runner = {
  ...classRunner(tool),
  detect(project) {
    const script = project.files.find((file) => /^(?:build|settings)\.gradle(?:\.kts)?$/.test(file));
    if (script === undefined || classUnits(name, project).length === 0) return undefined;
    return {
      runner: name,
      project: project.path,
      because: script,
      tools: [
        {
          name: "gradle",
          check: { program: gradleOf(project, {}), args: ["--version"] },
          hint: "add Gradle's wrapper to the project, and install a JDK: https://docs.gradle.org/current/userguide/gradle_wrapper.html",
        },
      ],
    };
  },
  covers: (outer) => outer.files.some((file) => /^settings\.gradle(?:\.kts)?$/.test(file)),
  reproduce(test, unit) {
    const { module, className } = classOfUnit(unit);
    const tests = test === undefined ? className : `${className}.${methodOf(test)}`;
    return quoteCommand(["./gradlew", taskOf(module), "--tests", tests]);
  },
};

/** `libs/core` → `:libs:core:test` */
function taskOf(module: string): string {
  return module === "" ? "test" : `:${module.replaceAll("/", ":")}:test`;
}

function gradleOf(project: ProjectFolder, env: Readonly<Record<string, string>>): string {
  return buildTool(project, env, process.platform === "win32" ? "gradlew.bat" : "gradlew", "gradle");
}
