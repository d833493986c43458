import { addTo, type ProjectIndex } from "../project.ts";
import type { Resolve } from "../types.ts";
import { nearest } from "./nearest.ts";
import { external, nothing, unresolved } from "./outcome.ts";
import { inside, stem } from "./paths.ts";

/**
 * Java: a class is found by the package its file declares and its name (any top-level type of the file, or the
 * file's own name); nested classes and static members lead to the file of the class around them; `.*` opens a
 * package or a class. The same class in several source sets: the nearest one, else alternatives.
 */
export function java(project: ProjectIndex): Resolve {
  const classes = new Map<string, number[]>();
  const packages = new Map<string, number[]>();
  project.files.forEach((file, number) => {
    if (!/\.(java|kt|groovy|scala)$/.test(file.path)) return;
    const name = file.modules[0] ?? "";
    addTo(packages, name, number);
    for (const type of new Set([stem(file.path), ...file.types]))
      addTo(classes, qualified(name, type), number);
  });

  return (from, imported) => {
    const raw = imported.raw.replace(/^static\s+/, "").replace(/\s+/g, "");
    const wildcard = raw.endsWith(".*");
    const name = wildcard ? raw.slice(0, -2) : raw;
    for (let at = name; at !== ""; at = outer(at)) {
      const found = classes.get(at);
      // `a.b.C.*` is a class of that name, `a.b.C.D` one inside it.
      if (found !== undefined) return one(from, at, found);
      if (packages.has(at)) {
        if (at !== name) return unresolved; // the project's package, without such a class
        return wildcard ? opened(from, at) : unresolved;
      }
    }
    return external(
      packageOf(name, wildcard, imported.form === "static" || imported.raw.startsWith("static ")),
    );
  };

  function one(from: number, name: string, candidates: readonly number[]): ReturnType<Resolve> {
    if (candidates.includes(from)) return nothing;
    const near = nearest(project, candidates, project.folder(from));
    const id = `alternatives:${inside(near.folder, name)}`;
    return { kind: "resolved", targets: [project.group("alternatives", id, near.files)] };
  }

  function opened(from: number, name: string): ReturnType<Resolve> {
    const members = packages.get(name)!;
    if (members.includes(from)) return nothing; // a file sees its own package without an import
    return { kind: "resolved", targets: [project.group("namespace", `namespace:${name}`, members)] };
  }
}

function qualified(name: string, type: string): string {
  return name === "" ? type : `${name}.${type}`;
}

function outer(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}

/** By convention packages are lower case and types are not. */
function packageOf(name: string, wildcard: boolean, isStatic: boolean): string {
  const segments = name.split(".");
  const type = segments.findIndex((segment) => /^[A-Z]/.test(segment));
  if (type > 0) return segments.slice(0, type).join(".");
  return segments.slice(0, segments.length - (wildcard ? 0 : 1) - (isStatic ? 1 : 0)).join(".") || name;
}
