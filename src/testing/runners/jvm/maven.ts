import { quoteCommand } from "../common/quote.ts";
import type { ProjectFolder, Runner } from "../runner.ts";
import { buildTool, classOfUnit, classUnits, methodOf } from "./classes.ts";
import { type BuildTool, classRunner } from "./session.ts";

const name = "maven";

const tool: BuildTool = {
  name,
  reports: "target/surefire-reports",
  command: ({ project, env, args }, module, classes) => ({
    program: mavenOf(project, env),
    args: [
      "--batch-mode",
      "test",
      `-Dtest=${classes.join(",")}`,
      // Modules that are built along have no such classes; before Surefire 3 this had another name.
      "-DfailIfNoTests=false",
      "-Dsurefire.failIfNoSpecifiedTests=false",
      "-Dmaven.test.failure.ignore=true",
      ...(module === "" ? [] : ["--projects", module, "--also-make"]),
      ...args,
    ],
  }),
  progress: readProgress,
};

/** JUnit tests through Maven and Surefire: a class is a unit, all classes of a batch run in one process. */
export const maven: Runner = {
  ...classRunner(tool),
  detect(project) {
    if (!project.files.includes("pom.xml") || classUnits(name, project).length === 0) return undefined;
    return {
      runner: name,
      project: project.path,
      because: "pom.xml",
      tools: [
        {
          name: "mvn",
          check: { program: mavenOf(project, {}), args: ["--version"] },
          hint: "install Maven and a JDK: https://maven.apache.org/install.html",
        },
      ],
    };
  },
  // Modules are built from the outermost `pom.xml`.
  covers: (outer) => /<modules>/.test(outer.read("pom.xml") ?? ""),
  reproduce(test, unit) {
    const { module, className } = classOfUnit(unit);
    return quoteCommand([
      "mvn",
      "test",
      ...(module === "" ? [] : ["-pl", module, "-am"]),
      `-Dtest=${className}${test === undefined ? "" : `#${methodOf(test)}`}`,
    ]);
  },
};

/** `[INFO] Running a.BTest`, then `[ERROR] Tests run: 3, … - in a.BTest`, which Surefire 3 writes with `-- in`. */
export function readProgress(line: string): { className: string; ended: boolean } | undefined {
  const running = /^\[INFO\] Running ([\w.$]+)$/.exec(line)?.[1];
  if (running !== undefined) return { className: outermost(running), ended: false };
  const ended = /^\[\w+\] Tests run: .*--? in ([\w.$]+)$/.exec(line)?.[1];
  // Nested classes end before the one around them.
  return ended === undefined ? undefined : { className: outermost(ended), ended: !ended.includes("$") };
}

function outermost(className: string): string {
  return className.split("$")[0] ?? className;
}

function mavenOf(project: ProjectFolder, env: Readonly<Record<string, string>>): string {
  return buildTool(project, env, process.platform === "win32" ? "mvnw.cmd" : "mvnw", "mvn");
}
