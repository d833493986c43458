import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { blobId, type BytePath, type Entry, shownPath, systemPath, type TreeAlgorithm } from "../manifest.ts";
import { type Placed, SlotIndex } from "./slot-index.ts";
import type { SlotLock } from "./slot-lock.ts";

const modes = { file: 0o644, executable: 0o755 } as const;

/** One copy of a tree. Held under its lock, and written to by nobody but tests while a run lasts; without it, to read. */
export class Slot {
  readonly number: number;
  /** Absolute. */
  readonly folder: string;
  /** Its folder was not there before. */
  readonly isNew: boolean;
  readonly index: SlotIndex;
  readonly #lock: SlotLock | undefined;
  /** Known to be real folders, so that nothing is written through a link that a test has left. */
  readonly #folders = new Set<BytePath>([""]);
  readonly notes = new Set<string>();

  constructor(number: number, base: string, lock?: SlotLock) {
    this.number = number;
    this.folder = path.join(base, String(number));
    this.#lock = lock;
    this.isNew = lock !== undefined && mkdirSync(this.folder, { recursive: true, mode: 0o755 }) !== undefined;
    this.index = new SlotIndex(path.join(base, `${number}.index.json`));
  }

  release(): void {
    this.#lock?.release();
  }

  stats(file: BytePath): Stats | undefined {
    try {
      return lstatSync(systemPath(this.folder, file), { throwIfNoEntry: false });
    } catch (error) {
      // A file where a folder was, or a name this system cannot have.
      if (["ENOTDIR", "EINVAL", "ENAMETOOLONG"].includes(codeOf(error))) return undefined;
      throw error;
    }
  }

  /** Whether the entry lies here unchanged; one that may have been changed unseen is read. */
  holds(entry: Entry, algorithm: TreeAlgorithm): boolean {
    const placed = this.index.get(entry.path);
    if (placed === undefined || placed.id !== entry.id) return false;
    const stats = this.stats(entry.path);
    if (stats === undefined) return false;
    const looks = this.index.looks(entry.path, stats);
    if (looks === "changed" || (looks === "unsure" && !this.#isIntact(entry.path, placed, algorithm)))
      return false;
    if (placed.kind === entry.kind) {
      if (looks === "unsure") this.index.set(entry.path, entry, stats);
      return true;
    }
    if (placed.kind === "link" || entry.kind === "link") return false;
    const file = systemPath(this.folder, entry.path);
    if (process.platform !== "win32") chmodSync(file, modes[entry.kind]);
    this.index.set(entry.path, entry, lstatSync(file));
    return true;
  }

  /** The bytes of what was placed there, if they are still the same. */
  read(file: BytePath, placed: Placed, algorithm: TreeAlgorithm): Buffer | undefined {
    try {
      const bytes =
        placed.kind === "link" && !this.#isLinkAsFile(file)
          ? readlinkSync(systemPath(this.folder, file), "buffer")
          : readFileSync(systemPath(this.folder, file));
      return blobId(algorithm, bytes) === placed.id ? bytes : undefined;
    } catch {
      return undefined;
    }
  }

  /** Puts the bytes of an entry there, which have been checked. Throws the system's error; nothing half is left. */
  place(entry: Entry, bytes: Uint8Array): void {
    this.#replacing(entry.path, (file) => {
      if (entry.kind === "link") this.#placeLink(entry, bytes, file);
      else this.#placeFile(entry, bytes, file);
    });
  }

  /** The same from a file with these bytes: a clone where the file system can, else a copy. */
  placeCopy(entry: Entry & { kind: "file" | "executable" }, source: string | Buffer): void {
    this.#replacing(entry.path, (file) => {
      copyFileSync(source, file, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
      if (process.platform !== "win32") chmodSync(file, modes[entry.kind]);
      this.index.set(entry.path, entry, lstatSync(file));
    });
  }

  /** Removes a file or link, or a folder with all that is in it, never through a link. */
  remove(file: BytePath): void {
    this.index.delete(file);
    if (!this.#isBelowRealFolders(file)) return;
    rmSync(systemPath(this.folder, file), { recursive: true, force: true });
    this.#folders.delete(file);
  }

  #placeFile(entry: Entry, bytes: Uint8Array, file: string | Buffer): void {
    const mode = entry.kind === "executable" ? modes.executable : modes.file;
    const descriptor = openSync(file, "wx", mode);
    try {
      for (let at = 0; at < bytes.byteLength;) at += writeSync(descriptor, bytes, at);
      this.index.set(entry.path, entry, fstatSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
  }

  #placeLink(entry: Entry, target: Uint8Array, file: string | Buffer): void {
    try {
      symlinkSync(Buffer.from(target), file);
    } catch (error) {
      if (codeOf(error) !== "EPERM" || process.platform !== "win32") throw error;
      // What git does on a Windows without the right to make links.
      writeFileSync(file, target, { flag: "wx" });
      this.notes.add(`links are files with the target's name here: ${shownPath(entry.path)}`);
    }
    this.index.set(entry.path, entry, lstatSync(file));
  }

  /**
   * Makes the folders above a path, then what `create` puts there, which refuses to touch what is there already: that goes
   * first. Nearly always nothing is. A new file instead of new bytes keeps hard links to the old one as they are.
   */
  #replacing(path: BytePath, create: (file: string | Buffer) => void): void {
    this.#ensureFolder(path.slice(0, Math.max(path.lastIndexOf("/"), 0)));
    const file = systemPath(this.folder, path);
    try {
      create(file);
    } catch (error) {
      rmSync(file, { recursive: true, force: true });
      if (codeOf(error) !== "EEXIST") throw error;
      this.#folders.delete(path);
      create(file);
    }
  }

  #ensureFolder(folder: BytePath): void {
    if (this.#folders.has(folder)) return;
    this.#ensureFolder(folder.slice(0, Math.max(folder.lastIndexOf("/"), 0)));
    const target = systemPath(this.folder, folder);
    const stats = lstatSync(target, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) rmSync(target, { force: true });
    if (stats?.isDirectory() !== true) mkdirSync(target, { mode: 0o755 });
    this.#folders.add(folder);
  }

  #isBelowRealFolders(file: BytePath): boolean {
    for (let at = file.indexOf("/"); at >= 0; at = file.indexOf("/", at + 1)) {
      const folder = file.slice(0, at);
      if (this.#folders.has(folder)) continue;
      if (this.stats(folder)?.isDirectory() !== true) return false;
      this.#folders.add(folder);
    }
    return true;
  }

  #isIntact(file: BytePath, placed: Placed, algorithm: TreeAlgorithm): boolean {
    return this.read(file, placed, algorithm) !== undefined;
  }

  #isLinkAsFile(file: BytePath): boolean {
    return process.platform === "win32" && this.stats(file)?.isSymbolicLink() !== true;
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
