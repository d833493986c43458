import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { isStandardHeader } from "./c/standard-headers.ts";
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
    if (raw.startsWith("/")) return external(raw);
    if (!system || raw.startsWith("../")) {
      const beside = joinPath(folder, raw);
      const hit = beside === undefined ? undefined : found(project.number(beside));
      if (hit !== undefined) return hit;
    }
    const target = search(raw.replace(/^(\.{1,2}\/)+/, ""), folder, system && isStandardHeader(raw));
    if (target !== undefined) return { kind: "resolved", targets: [target] };
    return system ? external(raw) : unresolved;
  }

  /** `direct`: only an `include` folder that is plainly meant for this file (a libc's own). */
  function search(raw: string, folder: string, direct: boolean): number | undefined {
    const named = candidates(raw);
    const near = nearest(project, named, folder);
    if (direct) return beneath(near.folder, raw);
    const files = best(near.folder, near.files, raw);
    const generic = raw.startsWith("asm/") && files.length !== 1 ? `asm-generic/${raw.slice(4)}` : undefined;
    if (generic === undefined || candidates(generic).length === 0)
      return alternatives(near.folder, raw, files);
    // Linux: each architecture has its own `asm`, and takes from `asm-generic` what it has not.
    const shared = nearest(project, candidates(generic), folder);
    const fallback = best(shared.folder, shared.files, generic);
    const hasOwn = files.length > 0 && !/(^|\/)arch\//.test(folder);
    return hasOwn
      ? alternatives(near.folder, raw, [...files, ...fallback])
      : alternatives(shared.folder, generic, fallback);
  }

  function alternatives(folder: string, raw: string, files: readonly number[]): number | undefined {
    if (files.length === 0) return undefined;
    return project.group("alternatives", `alternatives:${inside(folder, `**/${raw}`)}`, files);
  }

  function candidates(raw: string): readonly number[] {
    let list = bySuffix.get(raw);
    if (list === undefined) bySuffix.set(raw, (list = withSuffix(project, raw)));
    return list;
  }

  function beneath(folder: string, raw: string): number | undefined {
    for (const name of ["include", "inc", "src", ""]) {
      const one = project.number(inside(inside(folder, name), raw));
      if (one !== undefined) return one;
    }
    return undefined;
  }

  function best(folder: string, files: readonly number[], raw: string): readonly number[] {
    if (files.length < 2) return files;
    const one = beneath(folder, raw);
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
