/**
 * What this machine asks the host program during a sync, as plain JSON. The way: `open` says what is missing, `apply`
 * as often as packs arrive, `finish` says what is missing still (somebody changed a file that was to be copied): then
 * once more. `release` when the run is over. Blobs are put into the agent's store beforehand.
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

/** A blob with contents: parts of several entries, or all of one. */
export interface ContentBlob {
  sha: string;
  /** Absent: a pack. */
  entry?: number;
}

export interface ApplyContents {
  tree: string;
  blobs: ContentBlob[];
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
  apply(request: ApplyContents): Promise<void>;
  finish(request: { tree: string }): Promise<FinishedTree>;
  release(request: { tree: string }): Promise<void>;
}
