import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import path from "node:path";
import { systemCode, UsageError } from "#kernel";
import { PathMissingError, PathRefusedError } from "./errors.ts";

/** Where a path that was allowed leads. */
export interface GuardedPath {
  /** The root it lies in: absolute, without links. */
  root: string;
  /** Absolute, without links. */
  real: string;
  /** `real` below `root`, with `/`; `.` is the root itself. */
  relative: string;
  /** Of what is there; undefined: nothing yet. */
  stats: Stats | undefined;
}

export interface GuardedFile extends GuardedPath {
  bytes: Uint8Array;
  stats: Stats;
}

interface Root {
  real: string;
  owner: number;
}

/** A path that was let through. */
interface Led extends Omit<GuardedPath, "stats"> {
  absolute: string;
}

/** Paths that are remembered at most. */
const maxLed = 2000;
/** Linux' limit of a path; longer ones reach no file. */
const maxLength = 4096;
const windows = process.platform === "win32";

/**
 * Lets through what lies in one of the roots once all links are resolved, and nothing else. The one guard for every
 * path that comes from an assistant. What it does not see: hard links, and mounts inside a root.
 */
export class PathGuard {
  readonly #roots: readonly Root[];
  /** What follows from a path and where it leads, and from nothing else. */
  readonly #led = new Map<string, Led>();

  /** @throws UsageError when a root is no folder */
  constructor(roots: readonly string[]) {
    const found = roots.map(rootOf);
    this.#roots = found.filter(({ real }, at) => found.findIndex((other) => other.real === real) === at);
  }

  /** Absolute, without links; at least one. */
  get roots(): readonly string[] {
    return this.#roots.map(({ real }) => real);
  }

  /** A path that need not exist yet. @throws PathRefusedError */
  resolve(given: string): GuardedPath {
    const again = this.#again(given);
    if (again !== undefined) return again;
    checkText(given);
    const candidates = path.isAbsolute(given)
      ? [path.resolve(given)]
      : this.#roots.map(({ real }) => path.resolve(real, given));
    let found: GuardedPath | undefined;
    let refusal: unknown;
    for (const candidate of candidates) {
      try {
        const guarded = this.#guard(given, candidate);
        if (guarded.stats !== undefined) return guarded;
        found ??= guarded;
      } catch (error) {
        refusal ??= error;
      }
    }
    if (refusal !== undefined) throw refusal;
    return found!;
  }

  /** A path where something is. @throws PathRefusedError, PathMissingError */
  existing(given: string): GuardedPath & { stats: Stats } {
    const guarded = this.resolve(given);
    const { stats } = guarded;
    if (stats === undefined) throw new PathMissingError(given);
    return { ...guarded, stats };
  }

  /** The content of an ordinary file, of what was opened and not of what took its place. @throws as `existing` */
  read(given: string, maxBytes: number): GuardedFile {
    const guarded = this.existing(given);
    const descriptor = this.#open(given, guarded);
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw new PathRefusedError(given, "it is no ordinary file");
      this.#checkOwner(given, guarded.root, stats);
      if (stats.size > maxBytes)
        throw new PathRefusedError(given, `${stats.size} bytes are more than the ${maxBytes} that are read`);
      const bytes = Buffer.allocUnsafe(stats.size);
      let length = 0;
      while (length < bytes.length) {
        const read = readSync(descriptor, bytes, length, bytes.length - length, null);
        if (read === 0) break;
        length += read;
      }
      return { ...guarded, stats, bytes: bytes.subarray(0, length) };
    } finally {
      closeSync(descriptor);
    }
  }

  /** The same path once more: where it leads is asked of the system each time, all else is known as long as that holds. */
  #again(given: string): GuardedPath | undefined {
    const led = this.#led.get(given);
    if (led === undefined) return undefined;
    const { absolute, real, root, relative } = led;
    let stats: Stats | undefined;
    try {
      if (realpathSync.native(absolute) === real) stats = lstatSync(real, { throwIfNoEntry: false });
    } catch {
      // Told below, by the whole check.
    }
    if (stats === undefined) return undefined;
    this.#checkOwner(given, root, stats);
    return { root, real, relative, stats };
  }

  #remember(given: string, led: Led): void {
    if (this.#led.size >= maxLed) this.#led.clear();
    this.#led.set(given, led);
  }

  #guard(given: string, absolute: string): GuardedPath {
    const { real, exists } = realPath(given, absolute);
    const root = this.#roots.find((one) => isInside(real, one.real));
    if (root === undefined) {
      throw new PathRefusedError(
        given,
        "it leads out of the folders this server works in",
        `stay inside ${this.roots.map((one) => JSON.stringify(one)).join(" or ")}, or start the server with --root`,
      );
    }
    const stats = exists ? statOf(given, real) : undefined;
    if (stats !== undefined) this.#checkOwner(given, root.real, stats);
    const relative = path.relative(root.real, real).split(path.sep).join("/");
    const guarded = { root: root.real, real, relative: relative === "" ? "." : relative };
    // What a later root holds counts only as long as the ones before it hold nothing there.
    const isSettled = path.isAbsolute(given) || absolute === path.resolve(this.#roots[0]!.real, given);
    if (stats !== undefined && isSettled) this.#remember(given, { absolute, ...guarded });
    return { ...guarded, stats };
  }

  /** A folder that many may write to must not make us read what somebody else put there. */
  #checkOwner(given: string, root: string, { uid }: Stats): void {
    if (windows || uid === 0 || uid === process.getuid?.()) return;
    if (uid === this.#roots.find((one) => one.real === root)?.owner) return;
    throw new PathRefusedError(given, "it belongs to another user");
  }

  #open(given: string, { real }: GuardedPath): number {
    let descriptor: number;
    try {
      // O_NONBLOCK: a FIFO must not block us; O_NOFOLLOW: a link may have taken the file's place.
      descriptor = openSync(
        real,
        constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
      );
    } catch (error) {
      throw refusedBySystem(given, error);
    }
    // A folder on the way may have become a link since it was looked at.
    if (process.platform === "linux" && !leadsTo(descriptor, real)) {
      closeSync(descriptor);
      throw new PathRefusedError(given, "it changed while it was opened", "try again");
    }
    return descriptor;
  }
}

function leadsTo(descriptor: number, real: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) === real;
  } catch {
    return true; // no /proc here
  }
}

function rootOf(folder: string): Root {
  try {
    const real = realpathSync.native(folder);
    const stats = statSync(real);
    if (stats.isDirectory()) return { real, owner: stats.uid };
  } catch (error) {
    throw new UsageError(`root ${JSON.stringify(folder)} cannot be used`, { cause: error });
  }
  throw new UsageError(`root ${JSON.stringify(folder)} is not a folder`);
}

function checkText(given: string): void {
  if (given === "") throw new PathRefusedError(given, "it is empty", "name a file or folder; . is the root");
  if (given.includes("\0")) throw new PathRefusedError(given, "it contains a NUL character");
  if (Buffer.byteLength(given) > maxLength) throw new PathRefusedError(given, "it is too long");
  if (!given.isWellFormed()) throw new PathRefusedError(given, "it is not valid Unicode");
  if (/^[a-z][a-z0-9+.-]+:/i.test(given) && !/^[a-z]:[\\/]/i.test(given))
    throw new PathRefusedError(given, "it is a URL, not a path", "give the path alone");
  if (given.startsWith("~")) throw new PathRefusedError(given, "~ is not expanded here");
  if (given.startsWith("\\\\") || given.startsWith("//"))
    throw new PathRefusedError(given, "network and device paths are not read");
  // Names that mean a device in any folder, and streams behind a file's name.
  if (windows && /(^|[\\/])(con|prn|aux|nul|com\d|lpt\d)(\.|[\\/]|$)|[^:\\/]:(?![\\/])/i.test(given))
    throw new PathRefusedError(given, "Windows reads it as a device or a stream");
}

/** Links resolved as far as the path exists; the rest of it is what would be made there. */
function realPath(given: string, absolute: string): { real: string; exists: boolean } {
  try {
    return { real: realpathSync.native(absolute), exists: true };
  } catch (error) {
    // It may be there in part; or it leads nowhere, which is told below.
    const code = systemCode(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") throw refusedBySystem(given, error);
  }
  const missing: string[] = [];
  for (let at = absolute; ; at = path.dirname(at)) {
    if (isThere(given, at)) {
      let real: string;
      try {
        real = realpathSync.native(at);
      } catch (error) {
        // The link is there, what it leads to is not: whoever makes that decides where we would end.
        if (systemCode(error) === "ENOENT") throw new PathRefusedError(given, "it is a link to nowhere");
        throw refusedBySystem(given, error);
      }
      return { real: path.join(real, ...missing.toReversed()), exists: missing.length === 0 };
    }
    if (at === path.dirname(at)) throw new PathMissingError(given);
    missing.push(path.basename(at));
  }
}

function isThere(given: string, at: string): boolean {
  try {
    return lstatSync(at, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // `file/x`: nothing can be there.
    if (systemCode(error) === "ENOTDIR") return false;
    throw refusedBySystem(given, error);
  }
}

function statOf(given: string, real: string): Stats {
  try {
    return lstatSync(real);
  } catch (error) {
    throw refusedBySystem(given, error);
  }
}

function refusedBySystem(given: string, error: unknown): Error {
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return new PathMissingError(given);
  if (code === "ELOOP") return new PathRefusedError(given, "it is a link, or goes through too many");
  return new PathRefusedError(given, `the system says ${code ?? String(error)}`);
}

function isInside(real: string, root: string): boolean {
  if (real === root) return true;
  return real.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}
