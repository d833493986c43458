import { existsSync } from "node:fs";
import path from "node:path";
import {
  type BytePath,
  bytePath,
  type Entry,
  shownPath,
  systemPath,
  type TreeAlgorithm,
} from "../manifest.ts";
import type { HashedEntry } from "../tree-hash.ts";
import { type Conversions, conversionsOf } from "./conversions.ts";
import { askWorkTree, type WorkTreeAnswers } from "./ask-work-tree.ts";
import { bytesOf, ownEntry, statsOf } from "./own-hash.ts";
import { askGit } from "./run-git.ts";
import { StatCache } from "./stat-cache.ts";

/** What git knows below a folder, with the hashes of what lies there. Not sorted. */
export interface WorkTree {
  algorithm: TreeAlgorithm;
  /** Bytes as they lie there. */
  entries: Entry[];
  /** As git would commit all of it; undefined where it cannot be told. */
  asCommitted: HashedEntry[] | undefined;
  notes: string[];
  head: WorkTreeAnswers["head"];
}

interface Tracked {
  path: BytePath;
  mode: HashedEntry["mode"];
  id: string;
  /** Git itself looked at the file. */
  isWatched: boolean;
  isSparse: boolean;
}

interface Options {
  cacheFolder?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Tracked, modified and untracked files that are not ignored. The index holds the hash of every file that git takes for
 * unchanged, so only the others are read, and those that git stores with other bytes than lie in the folder. Undefined:
 * the folder is in no work tree.
 * @throws TreeError when git will not answer
 */
export async function readWorkTree(
  folder: string,
  { cacheFolder, signal }: Options,
): Promise<WorkTree | undefined> {
  const answers = await askWorkTree(folder, signal);
  if (answers === undefined) return undefined;
  const { algorithm, head } = answers;
  const tracked = parseStaged(answers.staged);
  const dirty = new Set(answers.changed);
  const paths = tracked.map((each) => each.path);
  const conversions = await conversionsOf(folder, paths, answers, signal);
  const cache = new StatCache(cacheFolder, folder, algorithm);
  const tree: WorkTree = { algorithm, entries: [], asCommitted: [], notes: [], head };
  const unconverted: Entry[] = [];

  for (const each of tracked) {
    if (each.mode === "160000")
      await addModule(tree, folder, each, dirty.has(each.path), { cacheFolder, signal });
    else if (each.isSparse && statsOf(folder, each.path) === undefined) {
      tree.asCommitted?.push(each);
    } else if (!each.isWatched || dirty.has(each.path)) await addOwn(each.path);
    else if (conversions.converts(each.path)) await addConvertedClean(each);
    else addClean(each);
  }
  for (const file of answers.others) {
    if (file.endsWith("/")) tree.notes.push(`a repository inside is not part of it: ${shownPath(file)}`);
    else await addOwn(file);
  }
  await addConverted(tree, folder, answers.prefix, unconverted, signal);
  notePointers(tree, folder, conversions);
  cache.save();
  return tree;

  function addClean(file: Tracked): void {
    const stats = statsOf(folder, file.path);
    if (stats === undefined) return;
    tree.entries.push({ path: file.path, kind: kindOfMode(file.mode), id: file.id, size: stats.size });
    tree.asCommitted?.push(file);
  }

  async function addConvertedClean(file: Tracked): Promise<void> {
    const own = await ownEntry(folder, file.path, algorithm, cache);
    if (own !== undefined) tree.entries.push(own);
    tree.asCommitted?.push(file);
  }

  async function addOwn(file: BytePath): Promise<void> {
    const own = await ownEntry(folder, file, algorithm, cache);
    if (own === undefined) return;
    tree.entries.push(own);
    if (own.kind !== "link" && conversions.converts(file)) unconverted.push(own);
    else tree.asCommitted?.push({ path: file, mode: modeOfKind(own.kind), id: own.id });
  }
}

export function modeOfKind(kind: Entry["kind"]): HashedEntry["mode"] {
  return kind === "link" ? "120000" : kind === "executable" ? "100755" : "100644";
}

export function kindOfMode(mode: string): Entry["kind"] {
  return mode === "120000" ? "link" : mode === "100755" ? "executable" : "file";
}

/** `H 100644 OID 0<TAB>path`; lower case: git was told not to look; `S`: left out of a sparse work tree. */
function parseStaged(staged: readonly string[]): Tracked[] {
  const found: Tracked[] = [];
  for (const record of staged) {
    const tab = record.indexOf("\t");
    const [tag = "", mode = "", id = ""] = record.slice(0, tab).split(" ");
    const file = record.slice(tab + 1);
    // An unresolved merge has up to three entries of one path, side by side.
    if (found.at(-1)?.path === file) continue;
    const isWatched = tag === "H";
    found.push({
      path: file,
      mode: mode as HashedEntry["mode"],
      id,
      isWatched,
      isSparse: tag.toUpperCase() === "S",
    });
  }
  return found;
}

/** A submodule's files are part of what is tested; where they are not checked out, that is said. */
async function addModule(
  tree: WorkTree,
  folder: string,
  module: Tracked,
  isMoved: boolean,
  options: Options,
): Promise<void> {
  const name = shownPath(module.path);
  if (isMoved) tree.asCommitted = undefined;
  else tree.asCommitted?.push(module);
  const inner = path.join(folder, name);
  const isThere = bytePath(name) === module.path && existsSync(path.join(inner, ".git"));
  const read = isThere ? await readWorkTree(inner, options) : undefined;
  if (read === undefined) {
    tree.notes.push(`the submodule "${name}" is not checked out; its files are missing`);
    return;
  }
  const { entries, notes } = read;
  for (const entry of entries) tree.entries.push({ ...entry, path: `${module.path}/${entry.path}` });
  for (const note of notes) tree.notes.push(`${name}: ${note}`);
}

/** What git would store for changed files that it converts, asked in one go. */
async function addConverted(
  tree: WorkTree,
  folder: string,
  prefix: BytePath,
  files: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (files.length === 0) return;
  // Of all commands of git this one takes paths from the top.
  const input = files.map(({ path: file }) => `${prefix}${file}\n`).join("");
  const isAskable = files.every(({ path: file }) => !file.includes("\n"));
  const { ok, text } = isAskable
    ? await askGit(folder, ["hash-object", "--stdin-paths"], { signal, input })
    : { ok: false, text: "" };
  const ids = text.trimEnd().split("\n");
  if (!ok || ids.length !== files.length) tree.asCommitted = undefined;
  for (const [at, file] of files.entries())
    tree.asCommitted?.push({ path: file.path, mode: modeOfKind(file.kind), id: ids[at] ?? "" });
}

const pointerBytes = 1024;

function notePointers(tree: WorkTree, folder: string, conversions: Conversions): void {
  const pointers = tree.entries.filter(
    ({ path: file, kind, size }) =>
      size < pointerBytes &&
      conversions.isLarge(file) &&
      isPointer(bytesOf(systemPath(folder, file), kind)?.toString("latin1") ?? ""),
  );
  tree.notes.push(...pointerNotes(pointers));
}

export function isPointer(text: string): boolean {
  return text.startsWith("version https://git-lfs.github.com/spec/");
}

export function pointerNotes(pointers: readonly Entry[]): string[] {
  const [first] = pointers;
  if (first === undefined) return [];
  const others = pointers.length === 1 ? "" : ` and ${pointers.length - 1} more`;
  return [
    `${shownPath(first.path)}${others}: pointers of Git LFS without the contents; git lfs pull brings them`,
  ];
}
