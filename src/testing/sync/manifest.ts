import { createHash, type Hash } from "node:crypto";

/**
 * A path below the root with `/` between names, one character for each of its bytes (latin1): names are bytes, and a
 * text would lose those that are not UTF-8. `shownPath` is for people.
 */
export type BytePath = string;

export type EntryKind = "file" | "executable" | "link";

/** `sha256` only for trees of repositories that use it. */
export type TreeAlgorithm = "sha1" | "sha256";

/** One file or symbolic link of a tree. */
export interface Entry {
  path: BytePath;
  kind: EntryKind;
  /** Hash of its bytes as git names a blob, so that git's own answer can be taken; of a link: of its target. */
  id: string;
  /** Bytes. */
  size: number;
}

/** All of a tree but its contents, in the order of path bytes. Runs on both sides. */
export interface Manifest {
  algorithm: TreeAlgorithm;
  entries: readonly Entry[];
}

const version = 1;
const letters = { file: "f", executable: "x", link: "l" } as const satisfies Record<EntryKind, string>;
const kinds = new Map<string, EntryKind>(
  Object.entries(letters).map(([kind, letter]) => [letter, kind as EntryKind]),
);

/** Records end with NUL, the only byte that no path contains. */
export function encodeManifest({ algorithm, entries }: Manifest): Buffer {
  const records = [`caelum-tree ${version} ${algorithm}`];
  for (const { path, kind, id, size } of entries) records.push(`${letters[kind]} ${id} ${size} ${path}`);
  return Buffer.from(`${records.join("\0")}\0`, "latin1");
}

/** @throws ManifestError for anything that this version would not have written, unsafe paths included. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const records = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString("latin1")
    .split("\0");
  if (records.pop() !== "") throw new ManifestError("it does not end");
  const head = /^caelum-tree (\d+) (sha1|sha256)$/.exec(records.shift() ?? "");
  if (head === null || Number(head[1]) !== version) throw new ManifestError("it is of another version");
  const algorithm = head[2] as TreeAlgorithm;
  const entries = records.map((record) => decodeEntry(record, algorithm));
  requireTree(entries);
  return { algorithm, entries };
}

class ManifestError extends Error {
  constructor(problem: string) {
    super(`the list of files cannot be used: ${problem}`);
  }
}

/** The hash of a file's bytes as git names a blob. */
export function blobId(algorithm: TreeAlgorithm, bytes: Uint8Array): string {
  return blobHash(algorithm, bytes.byteLength).update(bytes).digest("hex");
}

/** The same for bytes that come in parts. */
export function blobHash(algorithm: TreeAlgorithm, size: number): Hash {
  return createHash(algorithm).update(`blob ${size}\0`);
}

/** For people: bytes that are not UTF-8 become replacement characters. */
export function shownPath(path: BytePath): string {
  return Buffer.from(path, "latin1").toString("utf8");
}

export function bytePath(text: string): BytePath {
  return Buffer.from(text, "utf8").toString("latin1");
}

const beyondAscii = /[\u0080-\u00ff]/;

/** What to hand to `node:fs` below a folder. Windows names are text; elsewhere they are bytes. */
export function systemPath(folder: string, path: BytePath): string | Buffer {
  if (!beyondAscii.test(path)) return `${folder}/${path}`;
  const text = shownPath(path);
  if (process.platform === "win32" || bytePath(text) === path) return `${folder}/${text}`;
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, "latin1")]);
}

export function compareBytePaths(a: { path: BytePath }, b: { path: BytePath }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function decodeEntry(record: string, algorithm: TreeAlgorithm): Entry {
  const match = /^([fxl]) ([0-9a-f]+) (\d{1,15}) ([^]+)$/.exec(record);
  const kind = kinds.get(match?.[1] ?? "");
  const [, , id = "", size = "", path = ""] = match ?? [];
  if (kind === undefined || id.length !== (algorithm === "sha1" ? 40 : 64))
    throw new ManifestError(`"${shownPath(record.slice(0, 80))}" is no entry`);
  return { path, kind, id, size: Number(size) };
}

/** A tree cannot name what lies outside of it, and nothing can lie below a file or a link. */
function requireTree(entries: readonly Entry[]): void {
  const taken = new Set<string>();
  let previous = "";
  for (const { path } of entries) {
    if (!isInside(path)) throw new ManifestError(`"${shownPath(path)}" is no path below the root`);
    if (previous !== "" && path <= previous) throw new ManifestError("it is not in order");
    previous = path;
    taken.add(path);
  }
  const folders = new Set<BytePath>();
  for (const { path } of entries) {
    for (let at = path.lastIndexOf("/"); at >= 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
      if (taken.has(folder)) throw new ManifestError(`"${shownPath(path)}" lies below what is no folder`);
    }
  }
}

/** A name that is empty, leads elsewhere, or is a repository's own folder on some system. */
const outside = /(?:^|\/)(?:\.{0,2}|\.git)(?:\/|$)/i;

/** Windows takes `\` and `:` for separators, drives, streams and devices; elsewhere they are ordinary. */
function isInside(path: BytePath): boolean {
  return !outside.test(path) && (process.platform !== "win32" || !/[\\:]/.test(path));
}
