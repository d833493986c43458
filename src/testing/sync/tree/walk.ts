import { type Dirent, readdirSync } from "node:fs";
import picomatch from "picomatch";
import { IgnoreRules } from "#paths";
import { TreeError } from "../errors.ts";
import { type BytePath, bytePath, type Entry, shownPath, systemPath } from "../manifest.ts";
import { bytesOf, statsOf } from "./own-hash.ts";

/** Never part of a tree: histories, and what set-up makes anew on each host for its own system. */
const histories = new Set([".git", ".hg", ".svn", ".jj"]);
const installed = new Set(["node_modules", ".venv", "__pycache__", ".tox", ".nox"]);

export interface Walked {
  paths: BytePath[];
  notes: string[];
}

/** All files below a plain folder that neither `.gitignore` nor `.caelumignore` names. Links are not followed. */
export function walkFolder(root: string): Walked {
  const rules = new IgnoreRules();
  const paths: BytePath[] = [];
  const left = new Map<string, number>();
  const pending: BytePath[] = [""];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const children = listFolder(root, folder);
    for (const { path, name } of children)
      if (name === ".gitignore" || name === ".caelumignore") addRules(rules, root, path);
    for (const { path, name, isFolder } of children) {
      const shown = shownPath(path);
      if (!isFolder) {
        if (!rules.ignoresFile(shown)) paths.push(path);
      } else if (installed.has(name)) left.set(name, (left.get(name) ?? 0) + 1);
      else if (!histories.has(name) && !rules.ignoresFolder(shown)) pending.push(path);
    }
  }
  const notes = [...left].map(
    ([name, count]) => `left out: ${name}${count === 1 ? "" : ` (${count} times)`}`,
  );
  return { paths, notes };
}

/** `.caelumignore` files among these; each is read by `read`. */
export async function caelumRules(
  entries: readonly Entry[],
  read: (entry: Entry) => Promise<Uint8Array | undefined>,
): Promise<IgnoreRules> {
  const rules = new IgnoreRules();
  for (const entry of entries) {
    if (entry.path !== ".caelumignore" && !entry.path.endsWith("/.caelumignore")) continue;
    const bytes = await read(entry);
    const folder = entry.path.slice(0, Math.max(entry.path.lastIndexOf("/"), 0));
    if (bytes !== undefined) rules.add(shownPath(folder), Buffer.from(bytes).toString("utf8"));
  }
  return rules;
}

/** Files that these globs name, whatever ignores them. A glob that names a folder holds for all in it. */
export function includedFiles(root: string, globs: readonly string[]): BytePath[] {
  const found = new Set<BytePath>();
  for (const glob of globs) {
    const pattern = glob.replace(/^(?:\.?\/)+/, "").replace(/\/+$/, "");
    if (pattern === "" || pattern.split("/").includes(".."))
      throw new TreeError(`test.sync.include: "${glob}" is not below the root`);
    const matches = picomatch([pattern, `${pattern}/**`], { dot: true });
    const { base } = picomatch.scan(pattern);
    const start = bytePath(base);
    if (statsOf(root, start)?.isDirectory() === true || start === "")
      addMatching(root, start, matches, pattern.includes("node_modules"), found);
    else if (statsOf(root, start) !== undefined && matches(base)) found.add(start);
  }
  return [...found];
}

function addMatching(
  root: string,
  start: BytePath,
  matches: (path: string) => boolean,
  intoInstalled: boolean,
  found: Set<BytePath>,
): void {
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const { path, name, isFolder } of listFolder(root, folder)) {
      if (!isFolder) {
        if (matches(shownPath(path))) found.add(path);
      } else if (!histories.has(name) && (intoInstalled || !installed.has(name))) pending.push(path);
    }
  }
}

interface Child {
  path: BytePath;
  name: BytePath;
  isFolder: boolean;
}

function listFolder(root: string, folder: BytePath): Child[] {
  const at = folder === "" ? root : systemPath(root, folder);
  let entries: Dirent<Buffer>[];
  try {
    entries = readdirSync(at, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    throw new TreeError(`the folder "${shownPath(folder) || root}" cannot be read`, { cause: error });
  }
  return entries.map((entry) => {
    const name = Buffer.from(entry.name).toString("latin1");
    return { name, path: folder === "" ? name : `${folder}/${name}`, isFolder: entry.isDirectory() };
  });
}

function addRules(rules: IgnoreRules, root: string, path: BytePath): void {
  const bytes = bytesOf(systemPath(root, path), "file");
  const folder = path.slice(0, Math.max(path.lastIndexOf("/"), 0));
  if (bytes !== undefined) rules.add(shownPath(folder), bytes.toString("utf8"));
}
