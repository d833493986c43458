import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { external, foundAll, nothing, unresolved } from "./outcome.ts";
import { folderOf, inside } from "./paths.ts";
import { sourceRoots } from "./python/source-roots.ts";
import { standardLibrary } from "./python/standard-library.ts";

/**
 * Python: absolute names below the source roots, relative ones from the file's own package. `from package import
 * name` reaches the module `name` if the package has one, and the package's own file for every other name.
 */
export function python(project: ProjectIndex): Resolve {
  const { rootsOf, isOwn } = sourceRoots(project);

  return (from, imported) => {
    const raw = imported.raw.replace(/\s+/g, "");
    const members = imported.members ?? [];
    const folder = project.folder(from);
    const dots = /^\.*/.exec(raw)![0].length;
    if (dots > 0) return relative(from, folder, dots, raw.slice(dots), members);
    const segments = raw.split(".");
    const top = segments[0]!;
    if (top === "") return unresolved;
    for (const root of rootsOf(top, folder)) {
      const outcome = module(from, inside(root, segments.join("/")), members);
      if (outcome !== undefined) return outcome;
    }
    return isOwn(top) && !standardLibrary.has(top) ? unresolved : external(top);
  };

  function relative(
    from: number,
    folder: string,
    dots: number,
    name: string,
    members: readonly string[],
  ): Outcome {
    let home = folder;
    for (let up = 1; up < dots; up++) {
      if (home === "") return unresolved;
      home = folderOf(home);
    }
    return module(from, inside(home, name.replaceAll(".", "/")), members) ?? unresolved;
  }

  /** `path` is a module or package without its ending; undefined = there is neither. */
  function module(from: number, path: string, members: readonly string[]): Outcome | undefined {
    const own = fileOf(path);
    const isPackage = project.hasFolder(path);
    if (own === undefined && !isPackage) return undefined;
    const targets: number[] = [];
    let needsOwn = members.length === 0;
    let missing = false;
    for (const member of members) {
      const submodule = isPackage ? fileOf(inside(path, member)) : undefined;
      if (submodule !== undefined) targets.push(submodule);
      else if (own !== undefined) needsOwn = true;
      else missing ||= member !== "*" && !project.hasFolder(inside(path, member));
    }
    if (needsOwn && own !== undefined) targets.push(own);
    const others = targets.filter((target) => target !== from);
    if (others.length > 0) return foundAll(others);
    // A package that imports from itself names what it defines; a namespace package has no file to reach.
    if (targets.length > 0) return nothing;
    if (missing) return undefined;
    return own === undefined && !holdsPython(path) ? undefined : nothing;
  }

  /** A package goes before a module of the same name, a source before its stub. */
  function fileOf(path: string): number | undefined {
    const file = (ending: string): number | undefined =>
      path === "" ? undefined : project.number(path + ending);
    const init = (name: string): number | undefined => project.number(inside(path, name));
    return (
      init("__init__.py") ??
      file(".py") ??
      init("__init__.pyi") ??
      file(".pyi") ??
      file(".pyx") ??
      file(".pyw")
    );
  }

  /** Python takes any folder for a namespace package; one without Python files is more likely data. */
  function holdsPython(folder: string): boolean {
    return project.inFolder(folder).some((number) => /\.pyi?$/.test(project.path(number)));
  }
}
