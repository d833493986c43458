import { addTo, type ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { nearest } from "./nearest.ts";
import { external, nothing, unresolved } from "./outcome.ts";
import { inside } from "./paths.ts";

/**
 * C#: `using` opens a namespace and does not say which of its types are needed, so it leads to all files that declare
 * it, as one group. `using static` and aliases name a type and lead to the files that declare it (several when it is
 * `partial`).
 */
export function csharp(project: ProjectIndex): Resolve {
  const namespaces = new Map<string, number[]>();
  const types = new Map<string, number[]>();
  const parents = new Set<string>();
  project.files.forEach((file, number) => {
    if (!/\.(cs|razor|cshtml)$/.test(file.path)) return;
    const names = new Set(fullNames(file.modules));
    for (const name of names) {
      addTo(namespaces, name, number);
      for (const type of file.types) addTo(types, `${name}.${type}`, number);
      for (let at = outer(name); at !== ""; at = outer(at)) parents.add(at);
    }
    if (names.size === 0) for (const type of file.types) addTo(types, type, number);
  });

  // Projects declare a few types in `System` to back-port them; that does not make `using System` theirs.
  let system = 0;
  let all = 0;
  for (const [name, members] of namespaces) {
    all += members.length;
    if (/^System(\.|$)/.test(name)) system += members.length;
  }
  const ownsSystem = system * 2 > all;

  return (from, { raw, form }) => {
    const name = raw
      .replace(/^(global\s+)?(using\s+)?(static\s+|unsafe\s+)*/, "")
      .replace(/^[\w@]+\s*=\s*/, "")
      .replace(/^global::/, "")
      .replace(/[<([?][\s\S]*$/, "") // type arguments, arrays, tuples
      .replace(/[\s@]+/g, "");
    if (!ownsSystem && /^System(\.|$)/.test(name)) return external(name);
    const opened = namespaces.get(name);
    if (opened !== undefined) return group(from, name, opened, "namespace");
    for (let at = name; at !== ""; at = outer(at)) {
      const declared = types.get(at);
      if (declared !== undefined) return group(from, at, declared, "alternatives");
    }
    const isType = form === "alias" || form === "static" || /[=]|^static\s/.test(raw);
    if (isType && namespaces.has(outer(name))) return unresolved;
    // `using A;` is legal as soon as some file declares `A.B`.
    return parents.has(name) ? nothing : external(name === "" ? raw : name);
  };

  function group(
    from: number,
    name: string,
    members: readonly number[],
    kind: "namespace" | "alternatives",
  ): Outcome {
    if (members.includes(from)) return nothing; // visible without any `using`
    if (kind === "namespace") {
      return { kind: "resolved", targets: [project.group(kind, `namespace:${name}`, members)] };
    }
    const near = nearest(project, members, project.folder(from));
    const id = `alternatives:${inside(near.folder, name)}`;
    return { kind: "resolved", targets: [project.group(kind, id, near.files)] };
  }
}

/**
 * A file lists its namespaces as written, outer ones first; an inner one that is written by its short name belongs
 * to the one before it: both readings are kept.
 */
function fullNames(modules: readonly string[]): string[] {
  return modules.flatMap((name, at) => {
    const before = modules[at - 1];
    return at > 0 && !name.includes(".") && before !== undefined ? [name, `${before}.${name}`] : [name];
  });
}

function outer(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}
