import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Blob } from "#agents";
import { throwIfAborted } from "#kernel";
import { TreeChangedError } from "./errors.ts";
import { blobHash, encodeManifest, type Entry, shownPath } from "./manifest.ts";
import { compressPack } from "./pack-compression.ts";
import { packedBytes, PackWriter } from "./pack.ts";
import type { TreePort } from "./requests.ts";
import type { Tree } from "./tree/tree.ts";

/** Packs that are on their way at once: one is read, one compressed, one sent and one unpacked. */
const underWay = 4;
const rounds = 3;

export interface SendOptions {
  /** Names the workspace on the host. */
  project: string;
  slots: number;
  /** Bound of all workspaces on the host, bytes. */
  maxBytes: number;
  signal?: AbortSignal | undefined;
}

/** The way to a host, and its store of contents, as `Session` has them. */
export interface BlobSink {
  /** What packs are compressed with: `none`, or what `codecOf` knows. */
  readonly compression: string;
  putBlobs(blobs: readonly Blob[]): Promise<{ sent: number; bytes: number }>;
}

/** A tree that lies on a host. */
export interface SentTree {
  /** For `release`. */
  tree: string;
  slots: { number: number; folder: string }[];
  /** Bytes of contents that were sent, and that the host had. */
  sent: number;
  saved: number;
  /** Files written and removed on the host, over all slots. */
  written: number;
  removed: number;
  notes: string[];
}

/**
 * Brings a tree to a host: only contents that the host has not are sent. Until `release` nobody else uses the slots.
 * @throws TreeChangedError when a file changed after the tree was read: read it again
 */
export async function sendTree(
  tree: Tree,
  blobs: BlobSink,
  host: TreePort,
  { project, slots, maxBytes, signal }: SendOptions,
): Promise<SentTree> {
  const manifest = encodeManifest(tree.manifest);
  const sha = sha256(manifest);
  await blobs.putBlobs([{ sha, bytes: manifest }]);
  const opened = await host.open({ project, manifest: sha, slots, maxBytes });
  try {
    let { missing } = opened;
    let sent = 0;
    for (let round = 1; ; round++) {
      sent += await sendContents(tree, missing, blobs, { host, tree: opened.tree, signal });
      const finished = await host.finish({ tree: opened.tree });
      if (finished.missing.length === 0) {
        const { written, removed, notes } = finished;
        const saved = Math.max(0, tree.bytes - sent);
        return { tree: opened.tree, slots: opened.slots, sent, saved, written, removed, notes };
      }
      missing = finished.missing;
      if (round === rounds) throw new Error(`the host lacks ${missing.length} contents that were sent to it`);
    }
  } catch (error) {
    await host.release({ tree: opened.tree }).catch(() => undefined);
    throw error;
  }
}

interface Target {
  host: TreePort;
  tree: string;
  signal: AbortSignal | undefined;
}

/** Returns the bytes that were sent. */
async function sendContents(
  tree: Tree,
  missing: readonly number[],
  blobs: BlobSink,
  { host, tree: opened, signal }: Target,
): Promise<number> {
  const { compression } = blobs;
  const running = new Set<Promise<void>>();
  const idle: PackWriter[] = [];
  let writer = new PackWriter();
  let sent = 0;

  async function beside(send: () => Promise<void>): Promise<void> {
    throwIfAborted(signal);
    while (running.size >= underWay) await Promise.race(running);
    const work = send();
    running.add(work);
    // Whoever waits for all of them hears of a failure; this only keeps the set small.
    work.then(
      () => running.delete(work),
      () => undefined,
    );
  }

  async function sendPack(): Promise<void> {
    const full = writer;
    await beside(async () => {
      await host.unpack({ tree: opened, compression }, await compressPack(compression, full.take()));
      idle.push(full);
    });
    writer = idle.pop() ?? new PackWriter();
  }

  async function sendAlone(blob: Blob, entry: number): Promise<void> {
    await blobs.putBlobs([blob]);
    await host.place({ tree: opened, sha: blob.sha, entry });
  }

  for (const number of missing) {
    const entry = tree.manifest.entries[number];
    if (entry === undefined) throw new Error(`the host asks for entry ${number}, which the tree has not`);
    sent += entry.size;
    const file = entry.size > packedBytes ? tree.contents.file(entry) : undefined;
    if (typeof file === "string") {
      const sha = await hashFile(tree, entry, file);
      await beside(() => sendAlone({ sha, path: file }, number));
      continue;
    }
    const bytes = await tree.contents.read(entry, writer.room(entry.size));
    if (bytes === undefined) throw new TreeChangedError(shownPath(entry.path));
    if (bytes.byteLength > packedBytes) {
      await beside(() => sendAlone({ sha: sha256(bytes), bytes }, number));
      continue;
    }
    if (writer.room(bytes.byteLength) === undefined) await sendPack();
    writer.add({ entry: number, bytes });
  }
  if (!writer.isEmpty) await sendPack();
  await Promise.all(running);
  return sent;
}

/** Reads it once for both hashes: git's, which tells whether it is still the file that was listed, and the store's. */
async function hashFile(tree: Tree, entry: Entry, file: string): Promise<string> {
  const { size } = await stat(file);
  const id = blobHash(tree.manifest.algorithm, size);
  const sha = createHash("sha256");
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    id.update(chunk as Buffer);
    sha.update(chunk as Buffer);
  }
  if (id.digest("hex") !== entry.id) throw new TreeChangedError(shownPath(entry.path));
  return sha.digest("hex");
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
