import type { Entry, Manifest } from "../manifest.ts";

/** A tree as it is going to be tested, on this machine. */
export interface Tree {
  /** Absolute. */
  root: string;
  manifest: Manifest;
  /** Over paths, modes and bytes: the id that git would give a tree of exactly these files. */
  hash: string;
  /**
   * The tree a commit of everything would have, as git stores it: conversions of line ends undone, what `.caelumignore`
   * names included, what `include` adds left out. Undefined where git has no say.
   */
  gitTree?: string;
  /** Over what `include` added; empty if nothing. */
  included: string;
  /** Commit it stands on, or is. */
  commit?: string;
  dirty: boolean;
  /** Sum of all sizes. */
  bytes: number;
  /** For people: what is not there as they may expect it (submodules, LFS pointers, nested repositories). */
  notes: string[];
  contents: Contents;
}

export interface Contents {
  /** Undefined: it is not any more what the manifest says. `room`: where its bytes may lie, as long as they are. */
  read(entry: Entry, room?: Buffer): Promise<Uint8Array | undefined>;
  /** Where its bytes lie as a file, if they do. */
  file(entry: Entry): string | Buffer | undefined;
  close(): void;
}

export interface ReadOptions {
  /** A revision instead of the files as they lie there. */
  rev?: string;
  /** Globs of files that git ignores and tests need. */
  include?: readonly string[];
  /** Of caelum's caches; absent: nothing is kept between runs. */
  cacheFolder?: string;
  signal?: AbortSignal | undefined;
}
