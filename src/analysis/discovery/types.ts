import type { Stats } from "node:fs";
import type { LanguageData } from "../language.ts";

/** What `.gitattributes` says about a file (linguist's attributes); absent = nothing said. */
export interface AttributeOverrides {
  vendored?: boolean;
  generated?: boolean;
  documentation?: boolean;
  /** Language as written there: `C++`, `js`. */
  language?: string;
}

/** A file to analyse. */
export interface Candidate {
  /** Relative to the listed root, with `/`. Bytes that are not UTF-8 are shown as `\xNN`. */
  path: string;
  /** In bytes, when it was listed. */
  size: number;
  /** Id of a language or text language by attribute, name or extension; absent = only the content can tell. */
  language?: string;
  /** The path's bytes, one character per byte, only where `path` could not show them. See `openPath`. */
  rawPath?: string;
  override?: AttributeOverrides;
  /** Why it is left out of measures: its text is searched for secrets and nothing else. */
  leftOut?: LeftOutReason;
}

export type SkipReason =
  | "binary"
  | "minified"
  | "generated"
  | "vendored"
  | "documentation"
  | "too-large"
  | "symlink"
  | "submodule"
  | "nested-repository"
  | "special"
  | "unreadable";

/** Reasons for which a text is left out although a secret may stand in it. */
export type LeftOutReason = Extract<
  SkipReason,
  "minified" | "generated" | "vendored" | "documentation" | "too-large"
>;

/** Something left out, and why. A folder that was left out as a whole ends in `/`. */
export interface SkippedFile {
  path: string;
  reason: SkipReason;
  /** A few words for people: `link to outside`, `3,145,728 bytes`. */
  detail?: string;
  /** Files inside a folder that was left out as a whole, where they are known. */
  files?: number;
}

export interface ListOptions {
  /** The languages caelum can parse; they decide which name means what. */
  languages: readonly LanguageData[];
  /** Language ids to keep. Files whose language only their content tells are kept: ask `inspect`. */
  only?: readonly string[];
  /** Globs; one without `/` matches at any depth, one that names a folder holds for everything in it. */
  include?: readonly string[];
  exclude?: readonly string[];
  /** Bytes; larger files are left out. */
  maxFileSize?: number;
  /** List the files of checked-out submodules too. */
  submodules?: boolean;
  /** Look for files among what is left out whose text can be searched (`FileList.searchable`). */
  searchable?: boolean;
  /** Told of each file of the list, but one that is named itself, what the file system says of it. */
  onStats?: (file: Candidate, stats: Stats) => void;
}

export interface FileList {
  /** Absolute folder that every path is relative to. */
  root: string;
  /** Sorted by the bytes of the path. */
  files: Candidate[];
  /** Sorted likewise. */
  skipped: SkippedFile[];
  /** Left out by name or size, and perhaps text: the content tells. Sorted likewise; empty unless asked for. */
  searchable: Candidate[];
  /** Who knew the files: git's index and ignore rules, or a walk through the folders. */
  source: "git" | "folders" | "file";
  /** Why git was not asked although there is a repository. */
  notice?: string;
}

/** Files above are left out unless `maxFileSize` says otherwise. */
export const defaultMaxFileSize = 2_000_000;

/** How much of a file that is left out is searched, from its beginning. */
export const mostSearchedBytes = 10_000_000;

/** How many bytes of a file are read. */
export function bytesRead({ size, leftOut }: Pick<Candidate, "size" | "leftOut">): number {
  return leftOut === undefined ? size : Math.min(size, mostSearchedBytes);
}
