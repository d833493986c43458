import type { ProjectIndex } from "../project.ts";
import type { Outcome, Resolve } from "../types.ts";
import { external, found, nothing, unresolved } from "./outcome.ts";
import { foldersUp, folderOf, inside, isInside, joinPath, stem } from "./paths.ts";

/**
 * Go: an import path is a module's path plus a folder, and reaches the package in that folder: all its files but
 * the tests, as one group. Modules are told by every `go.mod` of the project, so `go.work` adds nothing.
 */
export function go(project: ProjectIndex): Resolve {
  const modules = readModules(project);
  const vendors = new Set(
    project
      .named("modules.txt")
      .map((number) => project.folder(number))
      .filter((folder) => /(^|\/)vendor$/.test(folder)),
  );
  const packages = new Map<string, number | undefined>();
  const known = new Map<string, Outcome>();

  return (from, { raw }) => {
    const folder = project.folder(from);
    const key = `${folder}\0${raw}`;
    let outcome = known.get(key);
    if (outcome === undefined) known.set(key, (outcome = resolve(raw, folder)));
    return withoutSelf(outcome, from);
  };

  function resolve(raw: string, from: string): Outcome {
    if (raw === "C" || raw === "unsafe") return external(raw);
    if (/^\.\.?(\/|$)/.test(raw)) {
      const folder = joinPath(from, raw);
      return (folder === undefined ? undefined : found(packageIn(folder))) ?? unresolved;
    }
    for (const up of foldersUp(from)) {
      const vendor = inside(up, "vendor");
      if (!vendors.has(vendor) && !project.hasFolder(vendor)) continue;
      const hit = found(packageIn(inside(vendor, raw)));
      if (hit !== undefined) return hit;
    }
    const owners = modules.filter(({ path }) => path === "" || raw === path || raw.startsWith(`${path}/`));
    for (const { path, folder } of owners) {
      const below = path === "" ? raw : raw.slice(path.length + 1);
      const hit = found(packageIn(inside(folder, below)));
      if (hit !== undefined) return hit;
    }
    if (owners.some(({ path }) => path !== "")) return unresolved;
    return withoutModule(raw, from) ?? external(moduleName(raw));
  }

  /** Before modules, code stood in `$GOPATH/src`, so some folder above is a `src` that the path starts from. */
  function withoutModule(raw: string, from: string): Outcome | undefined {
    if (modules.some(({ folder }) => isInside(from, folder))) return undefined;
    for (const up of foldersUp(from)) {
      if (up !== "src" && !up.endsWith("/src")) continue;
      const hit = found(packageIn(inside(up, raw)));
      if (hit !== undefined) return hit;
    }
    return undefined;
  }

  function packageIn(folder: string): number | undefined {
    if (!packages.has(folder)) {
      const members = membersOf(project, folder);
      const id = folder === "" ? "./" : `${folder}/`;
      packages.set(folder, members.length === 0 ? undefined : project.group("package", id, members));
    }
    return packages.get(folder);
  }
}

/** A program kept beside a package (`//go:build ignore`) may import the folder it stands in. */
function withoutSelf(outcome: Outcome, from: number): Outcome {
  return outcome.kind === "resolved" && outcome.targets[0] === from ? nothing : outcome;
}

/** The files of a folder that an importer gets. Programs kept beside a package (`//go:build ignore`) are another one. */
function membersOf(project: ProjectIndex, folder: string): readonly number[] {
  const files = project.inFolder(folder).filter((number) => {
    const path = project.path(number);
    return path.endsWith(".go") && !path.endsWith("_test.go") && !/^[._]/.test(stem(path));
  });
  const counts = new Map<string, number>();
  for (const number of files) {
    const name = nameOf(project, number);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  if (counts.size < 2) return files;
  counts.delete("main");
  counts.delete("");
  const most = Math.max(...counts.values());
  const name = [...counts].find(([, count]) => count === most)![0];
  return files.filter((number) => nameOf(project, number) === name);
}

function nameOf(project: ProjectIndex, number: number): string {
  return project.files[number]!.modules[0] ?? "";
}

interface GoModule {
  /** Empty for the standard library, whose paths have no prefix. */
  path: string;
  folder: string;
}

/** The modules of the project, the longest path first; a local `replace` is one more name for a folder. */
function readModules(project: ProjectIndex): GoModule[] {
  const found: GoModule[] = [];
  for (const number of project.named("go.mod")) {
    const folder = folderOf(project.path(number));
    const text = project.text(project.path(number)) ?? "";
    const path = /^\s*module\s+(?:"([^"]+)"|`([^`]+)`|([^\s"`/][^\s]*))/m
      .exec(text)
      ?.slice(1)
      .find((one) => one !== undefined);
    if (path === undefined) continue;
    found.push({ path: path === "std" ? "" : path, folder });
    for (const [, name, target] of text.matchAll(
      /^\s*(?:replace\s+)?"?([^\s"]+)"?(?:\s+v\S+)?\s+=>\s+"?(\.\.?(?:\/[^\s"]*)?)"?/gm,
    )) {
      const there = joinPath(folder, target!);
      if (there !== undefined && project.hasFolder(there)) found.push({ path: name!, folder: there });
    }
  }
  return found.sort((a, b) => b.path.length - a.path.length);
}

/** `github.com/owner/name/sub` → the module as people name it; the standard library keeps its path. */
function moduleName(raw: string): string {
  const segments = raw.split("/");
  const host = segments[0]!;
  if (!host.includes(".")) return raw;
  const isForge = /^(github|gitlab|bitbucket)\.(com|org)$|^golang\.org$|^git\.|^codeberg\.org$/.test(host);
  return segments.slice(0, isForge ? 3 : 2).join("/");
}
