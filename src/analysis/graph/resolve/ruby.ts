import { addTo, type ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { nearestOne } from "./nearest.ts";
import { external, found, unresolved } from "./outcome.ts";
import { foldersUp, inside, joinPath } from "./paths.ts";

/** Folders that gems, test runners and Rails put on the load path. */
const loadFolders: ReadonlySet<string> = new Set([
  "lib",
  "test",
  "spec",
  "app",
  "ext",
  "features",
  "config",
  "vendor",
]);

/** Ruby: `require_relative` from the file, `require` and `load` below the load path folders, the nearest one first. */
export function ruby(project: ProjectIndex): Resolve {
  const features = new Map<string, number[]>();
  const gems = new Set<string>();
  project.files.forEach(({ path }, number) => {
    if (!path.endsWith(".rb")) return;
    const segments = path.slice(0, -3).split("/");
    for (let at = 0; at < segments.length - 1; at++) {
      // `app/models/user.rb` is required as `user`, so the folders of `app` count too.
      if (!loadFolders.has(segments[at]!) && segments[at - 1] !== "app") continue;
      addTo(features, segments.slice(at + 1).join("/"), number);
      // A gem has a file of its own name; `lib/minitest/our_plugin.rb` does not make minitest ours.
      if (segments[at] === "lib" && at === segments.length - 2) gems.add(segments[at + 1]!);
    }
  });

  return (from, { raw, form }) => {
    const folder = project.folder(from);
    const name = raw.replace(/\.rb$/, "");
    if (name === "" || /#\{|[()$]/.test(name)) return unresolved;
    if (form === "require_relative") return at(folder, name) ?? unresolved;
    if (raw.startsWith("/")) return external(raw);
    if (/^\.\.?\//.test(name)) return at("", name) ?? at(folder, name) ?? unresolved;
    const feature = found(nearestOne(project, features.get(name) ?? [], folder));
    if (feature !== undefined) return feature;
    if (form === "load") return fromAbove(folder, name) ?? unresolved;
    const top = name.split("/")[0]!;
    return gems.has(top) && name.includes("/") ? unresolved : (beside(folder, name) ?? external(top));
  };

  function at(folder: string, name: string): Outcome | undefined {
    const path = joinPath(folder, name);
    return path === undefined ? undefined : found(project.number(`${path}.rb`) ?? project.number(path));
  }

  /** `load 'tasks/x.rake'` is tried from the working folder, most often the gem's root. */
  function fromAbove(folder: string, name: string): Outcome | undefined {
    for (const up of foldersUp(folder)) {
      const hit = at(up, name);
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  /** A folder of scripts without `lib` (`ruby -I.`). A name without a path could be any gem's. */
  function beside(folder: string, name: string): Outcome | undefined {
    return name.includes("/") ? found(project.number(`${inside(folder, name)}.rb`)) : undefined;
  }
}
