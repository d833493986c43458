import { posix } from "node:path";

/** `folder` + `relative` inside the project; undefined when that leaves the project. The root is empty. */
export function joinPath(folder: string, relative: string): string | undefined {
  const joined = posix.join(folder === "" ? "." : folder, relative);
  if (joined === ".." || joined.startsWith("../") || joined.startsWith("/")) return undefined;
  if (joined === "." || joined === "./") return "";
  return joined.endsWith("/") ? joined.slice(0, -1) : joined;
}

/** `name` in `folder`, both already normal. */
export function inside(folder: string, name: string): string {
  return folder === "" ? name : name === "" ? folder : `${folder}/${name}`;
}

/** Folder of a path, empty for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Name without its last extension: `a/b.test.ts` → `b.test`. */
export function stem(path: string): string {
  const base = baseName(path);
  const dot = base.lastIndexOf(".");
  return dot <= 0 ? base : base.slice(0, dot);
}

/** The folder itself and every folder above it, nearest first; the root comes last. */
export function* foldersUp(folder: string): Generator<string> {
  for (let at = folder; at !== ""; at = folderOf(at)) yield at;
  yield "";
}

/** Whether `path` is `folder` or stands below it. */
export function isInside(path: string, folder: string): boolean {
  return folder === "" || path === folder || (path.startsWith(folder) && path[folder.length] === "/");
}

/** The deepest folder that is above both folders, or is one of them. */
export function commonFolder(a: string, b: string): string {
  if (a === b) return a;
  const length = Math.min(a.length, b.length);
  let same = 0;
  let cut = 0;
  while (same < length && a[same] === b[same]) {
    if (a[same] === "/") cut = same;
    same++;
  }
  if (same === length && (a.length === length ? b[length] === "/" : a[length] === "/")) cut = length;
  return a.slice(0, cut);
}
