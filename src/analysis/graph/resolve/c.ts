import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { isStandardHeader } from "./c/standard-headers.ts";
import { nearest, withSuffix } from "./nearest.ts";
import { external, unresolved } from "./outcome.ts";
import { inside, joinPath } from "./paths.ts";

/**
 * C and C++ includes, as a compiler would whose include folders nobody wrote down: the including file's folder
 * (for quotes), then every folder of the project that makes the path come out, the nearest first. Where several
 * are equally near, one directly in `include/` wins, then those that are not deeper than the others; what is still
 * left are alternatives.
 */
export function c(project: ProjectIndex): Resolve {
  const headers = new Map<string, Header>();
  // Files come by folder, so what was found for the folder at hand is all that is worth keeping.
  let folderAtHand: string | undefined;
  let found = new Map<string, Outcome>();

  return (from, imported) => {
    const raw = imported.raw.includes("\\") ? imported.raw.replaceAll("\\", "/") : imported.raw;
    const folder = project.folder(from);
    const system = imported.form === "system";
    if (raw.startsWith("/")) return external(raw);
    if (!system || raw.startsWith("../")) {
      const beside = joinPath(folder, raw);
      const number = beside === undefined ? undefined : project.number(beside);
      if (number !== undefined) return { kind: "resolved", targets: [number] };
    }
    const name = raw.startsWith(".") ? raw.replace(/^(\.{1,2}\/)+/, "") : raw;
    const { everywhere } = header(name);
    if (everywhere !== undefined) return everywhere === unresolved && system ? external(raw) : everywhere;
    if (folder !== folderAtHand) {
      folderAtHand = folder;
      found = new Map();
    }
    const key = system ? name : `"${name}`;
    let outcome = found.get(key);
    if (outcome === undefined) {
      const target = search(name, folder, system && isStandardHeader(raw));
      if (target !== undefined) outcome = { kind: "resolved", targets: [target] };
      else outcome = system ? external(raw) : unresolved;
      found.set(key, outcome);
    }
    return outcome;
  };

  function header(name: string): Header {
    let one = headers.get(name);
    if (one === undefined) headers.set(name, (one = describe(name)));
    return one;
  }

  function describe(name: string): Header {
    const files = withSuffix(project, name);
    const generic = name.startsWith("asm/") ? `asm-generic/${name.slice(4)}` : undefined;
    if (generic !== undefined && header(generic).files.length > 0) return { files, generic };
    if (files.length === 0) return { files, everywhere: unresolved };
    if (files.length > 1 || isStandardHeader(name)) return { files };
    return { files, everywhere: { kind: "resolved", targets: files } };
  }

  /** `direct`: only an `include` folder that is plainly meant for this file (a libc's own). */
  function search(raw: string, folder: string, direct: boolean): number | undefined {
    const { files: named, generic } = header(raw);
    const near = nearest(project, named, folder);
    if (direct) return beneath(near.folder, raw);
    const files = best(near.folder, near.files, raw);
    if (generic === undefined || files.length === 1) return alternatives(near.folder, raw, files);
    // Linux: each architecture has its own `asm`, and takes from `asm-generic` what it has not.
    const shared = nearest(project, header(generic).files, folder);
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

/** The files that a path in an include may mean. */
interface Header {
  files: readonly number[];
  /** Where it leads from any folder, if that is always the same; `unresolved` when there is no such file. */
  everywhere?: Outcome;
  /** Linux: the shared header behind an architecture's own. */
  generic?: string;
}

function depth(path: string): number {
  let slashes = 0;
  for (const character of path) if (character === "/") slashes++;
  return slashes;
}
