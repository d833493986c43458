import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { TreeError } from "../errors.ts";
import {
  blobId,
  type BytePath,
  compareBytePaths,
  type Entry,
  shownPath,
  systemPath,
  type TreeAlgorithm,
} from "../manifest.ts";
import { treeHash, type HashedEntry } from "../tree-hash.ts";
import { GitObjects, readCommitTree } from "./commit-tree.ts";
import { bytesOf, ownEntry } from "./own-hash.ts";
import { askGit } from "./run-git.ts";
import { StatCache } from "./stat-cache.ts";
import type { Contents, ReadOptions, Tree } from "./tree.ts";
import { caelumRules, includedFiles, walkFolder } from "./walk.ts";
import { isPointer, modeOfKind, pointerNotes, readWorkTree } from "./work-tree.ts";

/**
 * The tree below a folder: of a git work tree the tracked, modified and untracked files that are not ignored; of a
 * revision what its commit holds; of a plain folder all that its ignore files leave.
 * @throws TreeError when it cannot be read
 */
export async function readTree(folder: string, options: ReadOptions = {}): Promise<Tree> {
  const root = realRoot(folder);
  if (options.rev === undefined) return (await workTree(root, options)) ?? plainTree(root, options);
  const inside = await askGit(root, ["rev-parse", "--is-inside-work-tree"], options);
  if (inside.text.trim() === "true") return commitTree(root, options.rev, options);
  throw new TreeError(`"${folder}" is no git work tree, so it has no revision "${options.rev}"`);
}

/** The top of the git work tree around a folder, else the folder. */
export async function treeRoot(folder: string): Promise<string> {
  const { ok, text } = await askGit(realRoot(folder), ["rev-parse", "--show-toplevel"]);
  return ok
    ? path.resolve(
        Buffer.from(text, "latin1")
          .toString("utf8")
          .replace(/\r?\n$/, ""),
      )
    : realRoot(folder);
}

async function workTree(root: string, options: ReadOptions): Promise<Tree | undefined> {
  const read = await readWorkTree(root, options);
  if (read === undefined) return undefined;
  const { algorithm, asCommitted, notes, head } = read;
  const gitTree = asCommitted && treeHash(algorithm, asCommitted.sort(compareBytePaths));
  return assemble(root, algorithm, read.entries, options, {
    contents: new FolderContents(root, algorithm),
    notes,
    dirty: gitTree === undefined || gitTree !== head?.tree,
    ...(gitTree === undefined ? {} : { gitTree }),
    ...(head === undefined ? {} : { commit: head.commit }),
  });
}

async function plainTree(root: string, options: ReadOptions): Promise<Tree> {
  const algorithm = "sha1";
  const { paths, notes } = walkFolder(root);
  const entries = await ownEntries(root, paths, algorithm, options.cacheFolder);
  const contents = new FolderContents(root, algorithm);
  return assemble(root, algorithm, entries, options, { contents, notes, dirty: true });
}

async function commitTree(root: string, rev: string, options: ReadOptions): Promise<Tree> {
  const { algorithm, entries, commit, gitTree, notes } = await readCommitTree(root, rev, options.signal);
  const contents = new CommitContents(root, algorithm, entries);
  const small = entries.filter(({ kind, size }) => kind === "file" && size > 100 && size < 300);
  const usesLfs = entries.some(({ path: file }) => file.endsWith(".gitattributes"));
  const pointers: Entry[] = [];
  for (const entry of usesLfs ? small : [])
    if (isPointer(Buffer.from(await contents.read(entry)).toString("latin1"))) pointers.push(entry);
  notes.push(...pointerNotes(pointers));
  return assemble(root, algorithm, entries, options, { contents, notes, dirty: false, commit, gitTree });
}

type Rest = Pick<Tree, "contents" | "notes" | "dirty" | "commit" | "gitTree">;

/** Applies `.caelumignore` and `include`, sorts and hashes. */
async function assemble(
  root: string,
  algorithm: TreeAlgorithm,
  all: Entry[],
  { include = [], cacheFolder }: ReadOptions,
  rest: Rest,
): Promise<Tree> {
  const rules = await caelumRules(all, (entry) => rest.contents.read(entry));
  const kept = rules.isEmpty ? all : all.filter((entry) => !rules.ignoresFile(shownPath(entry.path)));
  const present = new Set(kept.map((entry) => entry.path));
  const more = includedFiles(root, include).filter((file) => !present.has(file));
  const included = await ownEntries(root, more, algorithm, cacheFolder);
  for (const entry of included) entry.path = requireFree(entry.path, present);
  const entries = [...kept, ...included].sort(compareBytePaths);
  const hashed = entries.map(({ path: file, kind, id }): HashedEntry => ({
    path: file,
    mode: modeOfKind(kind),
    id,
  }));
  return {
    root,
    manifest: { algorithm, entries },
    hash: treeHash(algorithm, hashed),
    included: included.length === 0 ? "" : hashOf(included),
    bytes: entries.reduce((sum, { size }) => sum + size, 0),
    ...rest,
  };
}

function requireFree(file: BytePath, present: ReadonlySet<BytePath>): BytePath {
  for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1)) {
    if (present.has(file.slice(0, at)))
      throw new TreeError(`test.sync.include: "${shownPath(file)}" lies below what is a file in the tree`);
  }
  return file;
}

function hashOf(entries: readonly Entry[]): string {
  const hash = createHash("sha256");
  for (const { path: file, kind, id } of entries.toSorted(compareBytePaths))
    hash.update(`${kind} ${id} ${file}\0`);
  return hash.digest("hex");
}

async function ownEntries(
  root: string,
  paths: readonly BytePath[],
  algorithm: TreeAlgorithm,
  cacheFolder: string | undefined,
): Promise<Entry[]> {
  if (paths.length === 0) return [];
  const cache = new StatCache(cacheFolder, `${root}\0plain`, algorithm);
  const entries: Entry[] = [];
  for (const file of paths) {
    const entry = await ownEntry(root, file, algorithm, cache);
    if (entry !== undefined) entries.push(entry);
  }
  cache.save();
  return entries;
}

class FolderContents implements Contents {
  readonly #root: string;
  readonly #algorithm: TreeAlgorithm;

  constructor(root: string, algorithm: TreeAlgorithm) {
    this.#root = root;
    this.#algorithm = algorithm;
  }

  async read(entry: Entry, room?: Buffer): Promise<Uint8Array | undefined> {
    const bytes = bytesOf(systemPath(this.#root, entry.path), entry.kind, room);
    return bytes !== undefined && blobId(this.#algorithm, bytes) === entry.id ? bytes : undefined;
  }

  file(entry: Entry): string | Buffer | undefined {
    return entry.kind === "link" ? undefined : systemPath(this.#root, entry.path);
  }

  close(): void {}
}

/** Of a commit; what `include` added comes from the folder. */
class CommitContents implements Contents {
  readonly #objects: GitObjects;
  readonly #committed: ReadonlySet<string>;
  readonly #folder: FolderContents;

  constructor(root: string, algorithm: TreeAlgorithm, entries: readonly Entry[]) {
    this.#objects = new GitObjects(root);
    this.#committed = new Set(entries.map(({ id }) => id));
    this.#folder = new FolderContents(root, algorithm);
  }

  async read(entry: Entry, room?: Buffer): Promise<Uint8Array> {
    if (this.#committed.has(entry.id)) return this.#objects.read(entry.id);
    return (await this.#folder.read(entry, room)) ?? new Uint8Array();
  }

  file(entry: Entry): string | Buffer | undefined {
    return this.#committed.has(entry.id) ? undefined : this.#folder.file(entry);
  }

  close(): void {
    this.#objects.close();
  }
}

function realRoot(folder: string): string {
  try {
    const root = realpathSync(folder);
    if (statSync(root).isDirectory()) return root;
  } catch (error) {
    throw new TreeError(`no such folder: "${folder}"`, { cause: error });
  }
  throw new TreeError(`"${folder}" is no folder`);
}
