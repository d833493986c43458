import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { external, foundAll, nothing, unresolved } from "./outcome.ts";
import { type Crate, Crates } from "./rust/crates.ts";
import { type Module, ModuleTrees } from "./rust/module-tree.ts";
import { usePaths } from "./rust/use-tree.ts";

/**
 * Rust: `mod x;` leads to the module's file; `use` is followed from the crate's root, the module or its parent, or
 * from the root of another crate of the project, as far as its segments name modules. What remains is an item, which
 * belongs to the last module's file; re-exports are not followed.
 */
export function rust(project: ProjectIndex): Resolve {
  const crates = new Crates(project);
  const trees = new ModuleTrees(
    project,
    [...crates.all()].flatMap(({ roots }) => roots),
  );

  return (from, imported) => {
    const here = trees.at(from, imported.line);
    if (imported.form === "mod") {
      const file = here.children.get(imported.raw)?.file ?? trees.fileOf(here, imported.raw);
      return file === undefined ? unresolved : { kind: "resolved", targets: [file], holds: true };
    }
    const text = imported.raw.replace(/^(pub\s*(\([^)]*\))?\s*)?(use|extern\s+crate)\s+/, "");
    const global = text.trimStart().startsWith("::");
    const crate = crates.around(project.folder(from));
    const outcomes = usePaths(text).map((path) => follow(path, here, crate, global));
    const targets = outcomes.flatMap((one) => (one.kind === "resolved" ? one.targets : []));
    const others = targets.filter((target) => target !== from);
    if (others.length > 0) return foundAll(others)!;
    // A file that names its own items depends on nothing new.
    return outcomes.some(({ kind }) => kind === "resolved") ? nothing : (outcomes[0] ?? unresolved);
  };

  function follow(path: readonly string[], here: Module, crate: Crate | undefined, global: boolean): Outcome {
    const first = path[0]!;
    if (!global) {
      if (first === "crate" || first === "$crate") return walk(here.root, path, 1);
      if (first === "self") return walk(here, path, 1);
      if (first === "super") {
        let at = 0;
        let module: Module | undefined = here;
        while (path[at] === "super" && module !== undefined) {
          module = module.parent;
          at++;
        }
        return module === undefined ? unresolved : walk(module, path, at);
      }
      if (here.children.has(first)) return walk(here, path, 0);
    }
    const other = crates.named(first, crate);
    if (other !== undefined) {
      const root = other.library ?? other.roots[0];
      return root === undefined ? unresolved : walk(trees.of(root), path, 1);
    }
    if (builtIn.has(first)) return external(first);
    // Edition 2015: a path starts at the crate's root.
    if (here.root.children.has(first)) return walk(here.root, path, 0);
    // `use Shape::*` names an item of this module: types are upper case, crates are not.
    return /^[A-Z]/.test(first) ? nothing : external(first);
  }
}

function walk(start: Module, path: readonly string[], at: number): Outcome {
  let module = start;
  for (let next = at; next < path.length; next++) {
    const child = module.children.get(path[next]!);
    if (child === undefined) break;
    module = child;
  }
  return { kind: "resolved", targets: [module.file] };
}

const builtIn: ReadonlySet<string> = new Set(["std", "core", "alloc", "proc_macro", "test"]);
