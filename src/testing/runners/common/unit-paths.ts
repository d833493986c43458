import path from "node:path";
import type { TestUnit } from "../../model.ts";
import type { ProjectFolder } from "../runner.ts";
import { toSlashes } from "./text.ts";

/** `packages/a` and `test/x.js` → `packages/a/test/x.js`: files of units and results are relative to the root. */
function fromRoot(project: Pick<ProjectFolder, "path">, file: string): string {
  return project.path === "" ? file : `${project.path}/${file}`;
}

/** The other way: relative to the project's folder. */
export function inProject(project: Pick<ProjectFolder, "path">, file: string): string {
  return project.path !== "" && file.startsWith(`${project.path}/`)
    ? file.slice(project.path.length + 1)
    : file;
}

/** Absolute path of a file of the project on this host. */
export function absolute(project: ProjectFolder, file: string): string {
  return path.join(project.folder, ...inProject(project, file).split("/"));
}

/** What a runner calls a file (absolute, or relative to the project), relative to the root. */
export function asFileOfTree(project: ProjectFolder, file: string): string {
  const relative = toSlashes(path.relative(project.folder, path.resolve(project.folder, file)));
  return path.posix.normalize(fromRoot(project, relative));
}

/** The unit that a file of the project is. */
export function unitOf(
  runner: string,
  project: ProjectFolder,
  file: string,
  more: Partial<TestUnit> & { part?: string } = {},
): TestUnit {
  const { part, ...rest } = more;
  const inTree = fromRoot(project, file);
  return {
    id: [project.path, runner, inTree, ...(part === undefined ? [] : [part])].join("|"),
    project: project.path,
    runner,
    file: inTree,
    bytes: 0,
    ...rest,
  };
}

/** Deals `items` out to at most `parts` lists of nearly equal length, keeping their order. */
export function inParts<Item>(items: readonly Item[], parts: number): Item[][] {
  const count = Math.max(1, Math.min(Math.floor(parts), items.length));
  return Array.from({ length: count }, (_, index) =>
    items.slice(Math.floor((index * items.length) / count), Math.floor(((index + 1) * items.length) / count)),
  );
}
