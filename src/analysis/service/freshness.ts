import { lstatSync, readdirSync, type Stats } from "node:fs";
import path from "node:path";
import { systemCode } from "#kernel";
import { type FileList, openPath } from "../discovery/index.ts";

/** What tells a file from what it was, without reading it. Undefined: it is not there. */
export type Signature = string | undefined;

/** A file that was written so recently may be written again without its time stamp showing it. */
const racyMs = 100;
/** Never a part of what is analysed, and large. */
const leftOut = new Set([".git", "node_modules", ".hg", ".svn", "__pycache__", ".venv"]);
/** Folders without any listed file are watched too, since the next file may appear there; up to so many. */
const maxBareFolders = 5000;

export function signatureOf(target: string | Buffer): Signature {
  return signature(statOf(target));
}

function statOf(target: string | Buffer): Stats | undefined {
  try {
    return lstatSync(target, { throwIfNoEntry: false });
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** The same of what was looked at already. */
export function signature(stats: Stats): string;
export function signature(stats: Stats | undefined): Signature;
export function signature(stats: Stats | undefined): Signature {
  if (stats === undefined) return undefined;
  // ctime: a tool may set the old modification time again.
  return `${stats.mtimeMs} ${stats.ctimeMs} ${stats.size} ${stats.ino}`;
}

/** True when a signature taken now does not prove that the content read at the same time is the last one. */
export function isRacy(taken: Signature, now: number): boolean {
  return taken !== undefined && now - Number(taken.split(" ", 1)[0]) < racyMs;
}

type Look = [target: string | Buffer, before: Signature];

/**
 * What a listing depends on: every listed file and every folder that can hold one, by their signatures. Looking at all
 * of them takes about 2 µs each, and is what makes an answer right; no watcher is trusted with that.
 */
export class Freshness {
  readonly #root: string;
  #distrusted = false;
  /** All of it in a row, made at the first look. */
  #looks: Look[] | undefined;
  readonly #folders = new Map<string, Signature>();
  readonly #files = new Map<string, { target: string | Buffer; signature: Signature }>();

  /** To be made before the files are read: what changes later shows. */
  constructor(list: FileList, signatures: ReadonlyMap<string, Signature>) {
    this.#root = list.root;
    for (const file of [...list.files, ...list.searchable]) {
      const target = openPath(list.root, file);
      const known = signatures.get(file.path);
      this.#files.set(file.path, { target, signature: known ?? signatureOf(target) });
    }
    if (list.source === "file") return;
    const holding = new Set([""]);
    for (const { path: file } of [...list.files, ...list.skipped])
      for (let end = file.lastIndexOf("/"); end > 0; end = file.lastIndexOf("/", end - 1))
        holding.add(file.slice(0, end));
    for (const folder of holding) this.#folders.set(folder, signatureOf(path.join(this.#root, folder)));
    this.#addBareFolders(holding);
    // What decides which files count, where it is not among them.
    for (const rules of [
      ".git/index",
      ".git/info/exclude",
      ".git/HEAD",
      ".caelumignore",
      ".gitignore",
      ".gitattributes",
    ]) {
      const target = path.join(this.#root, rules);
      if (!this.#files.has(rules)) this.#files.set(rules, { target, signature: signatureOf(target) });
    }
  }

  /** Folders that can hold listed files, relative; for a watcher. */
  get folders(): string[] {
    return [...this.#folders.keys()];
  }

  /** The next question reads again what was written at the very moment of reading. */
  distrust(): void {
    this.#distrusted = true;
  }

  get isFresh(): boolean {
    if (this.#distrusted) return false;
    this.#looks ??= [
      ...[...this.#folders].map(([folder, before]) => [path.join(this.#root, folder), before] satisfies Look),
      ...[...this.#files.values()].map(({ target, signature: before }) => [target, before] satisfies Look),
    ];
    for (const [target, before] of this.#looks) if (signatureOf(target) !== before) return false;
    return true;
  }

  #addBareFolders(holding: ReadonlySet<string>): void {
    const look = [...holding];
    let bare = 0;
    for (let folder = look.pop(); folder !== undefined; folder = look.pop()) {
      for (const name of foldersIn(path.join(this.#root, folder))) {
        const below = folder === "" ? name : `${folder}/${name}`;
        if (holding.has(below) || leftOut.has(name)) continue;
        if (++bare > maxBareFolders) return;
        this.#folders.set(below, signatureOf(path.join(this.#root, below)));
        look.push(below);
      }
    }
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    );
  } catch {
    return []; // gone, or not ours to read
  }
}
