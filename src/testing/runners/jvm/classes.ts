import { existsSync, statSync } from "node:fs";
import path from "node:path";
import type { TestUnit } from "../../model.ts";
import { findProgram } from "../common/programs.ts";
import { inProject, unitOf } from "../common/unit-paths.ts";
import type { NamedTest, ProjectFolder } from "../runner.ts";

const source =
  /^((?:.*\/)?)src\/(?:test|\w+Test)\/(?:java|kotlin|groovy|scala)\/(.+)\.(?:java|kt|groovy|scala)$/;

/** What Surefire takes for a test class by its name; Gradle looks into classes, and people follow the same names. */
const named = /(?:^|\/)(?:Test[^/]*|[^/]*(?:Tests?|TestCase|Spec))\.\w+$/;

/** A class of tests, by the file that it is in. */
export interface TestClass {
  /** Folder of its module below the project, `""` for the project's own. */
  module: string;
  /** `com.example.MathTest` */
  className: string;
}

export function classOf(file: string): TestClass | undefined {
  const match = source.exec(file);
  if (match === null || !named.test(file)) return undefined;
  return { module: (match[1] ?? "").replace(/\/$/, ""), className: (match[2] ?? "").replaceAll("/", ".") };
}

/** Units of all test classes of a project, sorted by file. */
export function classUnits(runner: string, project: ProjectFolder): TestUnit[] {
  return project.files
    .filter((file) => classOf(file) !== undefined)
    .toSorted()
    .map((file) =>
      unitOf(runner, project, file, {
        bytes: statSync(path.join(project.folder, file), { throwIfNoEntry: false })?.size ?? 0,
      }),
    );
}

export function classOfUnit(unit: TestUnit): TestClass {
  const found = classOf(inProject({ path: unit.project }, unit.file));
  if (found === undefined) throw new Error(`${unit.id} is no unit of a class`);
  return found;
}

/** The project's own wrapper of a build tool, or else the tool on the path. */
export function buildTool(
  project: ProjectFolder,
  env: Readonly<Record<string, string>>,
  wrapper: string,
  name: string,
): string {
  const own = path.join(project.folder, wrapper);
  return existsSync(own) ? own : (findProgram(name, env) ?? name);
}

/** `takes(int)[1]` → `takes`: what build tools select methods by. */
export function methodOf({ title }: NamedTest): string {
  return (title.at(-1) ?? "").replace(/[([{].*$/s, "");
}
