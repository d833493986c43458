/**
 * What this machine asks the host program during a sync: plain JSON, and packs as they are. The way: `open` says what is
 * missing, `unpack` for each pack, `place` for what is too large for one, `finish` says what is missing still (somebody
 * changed a file that was to be copied): then once more. `release` when the run is over. The manifest and large contents
 * are put into the agent's store beforehand; packs are not kept anywhere.
 */
export interface OpenTree {
  /** Name of the workspace: letters, digits, `.`, `_`, `-`. */
  project: string;
  /** SHA-256 of the encoded manifest, a blob. */
  manifest: string;
  /** Copies wanted, each for one runner at a time. */
  slots: number;
  /** Bound of all workspaces on the host together, bytes; the longest unused ones go. */
  maxBytes: number;
}

export interface OpenedTree {
  /** For the requests that follow. */
  tree: string;
  slots: { number: number; folder: string }[];
  /** Numbers of manifest entries, one for each content that is not on the host. */
  missing: number[];
}

export interface UnpackContents {
  tree: string;
  /** Of the pack: `none`, or what `codecOf` knows. */
  compression: string;
}

/** A blob that is one entry's content. */
export interface PlaceContent {
  tree: string;
  sha: string;
  entry: number;
}

export interface FinishedTree {
  missing: number[];
  /** Over all slots: files written and removed. */
  written: number;
  removed: number;
  /** What could not be made as it is, for people: links on Windows. */
  notes: string[];
}

/** The host's half; `HostTrees` is one, and what speaks to it over a wire is another. */
export interface TreePort {
  open(request: OpenTree): Promise<OpenedTree>;
  /** `pack`: contents of several entries, as `PackWriter` makes it, compressed. */
  unpack(request: UnpackContents, pack: Uint8Array): Promise<void>;
  place(request: PlaceContent): Promise<void>;
  finish(request: { tree: string }): Promise<FinishedTree>;
  release(request: { tree: string }): Promise<void>;
}
