/**
 * What an agent and the worker processes it starts say to each other over Node's own process channel (structured
 * clone, so that bytes travel as bytes). Both ends are built from the same sources, but a worker's bundle may be
 * of another version than the agent: the boot message carries the version.
 */
export const workerProtocol = 1;
/** Under this symbol a worker process keeps what it was started with, for the bundle's own runtime to find. */
export const workerBootKey = Symbol.for("caelum.worker.boot");

export interface WorkerBoot {
  type: "boot";
  protocol: number;
  /** The bundle itself, hashed by the agent: what runs is what was verified. */
  source: Uint8Array;
  /** Shown in stack traces. */
  name: string;
  /** Folder of the blob store. */
  blobs: string;
  /** Name → path of files that came with the bundle. */
  assets: Record<string, string>;
  params: unknown;
}

export type ToWorker =
  | WorkerBoot
  | { type: "unit"; lease: number; payload: Uint8Array; blobs: readonly string[] }
  | { type: "cancel"; lease: number };

export type FromWorker =
  | { type: "ready" }
  | { type: "broken"; message: string }
  | { type: "result"; lease: number; bytes: Uint8Array; ms: number }
  | { type: "failed"; lease: number; message: string };

/** Where content lies in a blob store, relative to its folder. */
export function blobPath(sha: string): string {
  return `${sha.slice(0, 2)}/${sha}`;
}
