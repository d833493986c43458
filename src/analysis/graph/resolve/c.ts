import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { nearest, withSuffix } from "./nearest.ts";
import { external, found, unresolved } from "./outcome.ts";
import { inside, joinPath } from "./paths.ts";

/**
 * C and C++ includes, as a compiler would whose include folders nobody wrote down: the including file's folder
 * (for quotes), then every folder of the project that makes the path come out, the nearest first. Where several
 * are equally near, one directly in `include/` wins, then those that are not deeper than the others; what is still
 * left are alternatives.
 */
export function c(project: ProjectIndex): Resolve {
  const bySuffix = new Map<string, readonly number[]>();
  const known = new Map<string, Outcome>();

  return (from, { raw, form }) => {
    const folder = project.folder(from);
    const system = form === "system";
    const key = `${system ? "<" : '"'}${folder}\0${raw}`;
    let outcome = known.get(key);
    if (outcome === undefined) {
      outcome = resolve(raw.replaceAll("\\", "/"), folder, system);
      known.set(key, outcome);
    }
    return outcome;
  };

  function resolve(raw: string, folder: string, system: boolean): Outcome {
    if (!/^[\w./+@~ -]+$/.test(raw)) return unresolved; // `#include CONFIG_H`: a macro's value is not known
    if (raw.startsWith("/")) return external(raw);
    if (!system || raw.startsWith("../")) {
      const beside = joinPath(folder, raw);
      const hit = beside === undefined ? undefined : found(project.number(beside));
      if (hit !== undefined) return hit;
    }
    const target = search(raw.replace(/^(\.{1,2}\/)+/, ""), folder);
    if (target !== undefined) return { kind: "resolved", targets: [target] };
    return system ? external(raw) : unresolved;
  }

  function search(raw: string, folder: string): number | undefined {
    const named = candidates(raw);
    const generic = raw.startsWith("asm/") ? candidates(`asm-generic/${raw.slice(4)}`) : [];
    if (named.length + generic.length === 0) return undefined;
    if (named.length === 1 && generic.length === 0) return named[0]!;
    const near = nearest(project, [...named, ...generic], folder);
    const files = best(near.folder, near.files, raw);
    return project.group("alternatives", `alternatives:${inside(near.folder, `**/${raw}`)}`, files);
  }

  function candidates(raw: string): readonly number[] {
    let list = bySuffix.get(raw);
    if (list === undefined) bySuffix.set(raw, (list = withSuffix(project, raw)));
    return list;
  }

  function best(folder: string, files: readonly number[], raw: string): readonly number[] {
    if (files.length === 1) return files;
    const direct = ["include", "inc", "src", ""].map((name) =>
      project.number(inside(inside(folder, name), raw)),
    );
    const one = direct.find((number) => number !== undefined);
    if (one !== undefined) return [one];
    // `arch/x/include/asm/a.h` beside `arch/x/include/uapi/asm/a.h`: the deeper one only backs the other up.
    const depths = files.map((number) => depth(project.path(number)));
    const least = Math.min(...depths);
    return files.filter((_, at) => depths[at] === least);
  }
}

function depth(path: string): number {
  let slashes = 0;
  for (const character of path) if (character === "/") slashes++;
  return slashes;
}
