import {
  closeSync,
  createReadStream,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  type Stats,
} from "node:fs";
import { blobHash, blobId, type BytePath, type Entry, systemPath, type TreeAlgorithm } from "../manifest.ts";
import type { StatCache } from "./stat-cache.ts";

const largeBytes = 16 * 1024 * 1024;

/** The file as it lies there, read unless the cache knows its looks. Undefined: nothing that can be sent. */
export async function ownEntry(
  root: string,
  path: BytePath,
  algorithm: TreeAlgorithm,
  cache: StatCache,
): Promise<Entry | undefined> {
  const file = systemPath(root, path);
  const stats = statsOf(root, path);
  const kind = stats === undefined ? undefined : kindOf(stats);
  if (stats === undefined || kind === undefined) return undefined;
  const known = cache.get(path, stats);
  if (known !== undefined) return { path, kind, id: known, size: stats.size };
  if (kind !== "link" && stats.size > largeBytes) {
    const { id, size } = await hashLarge(file, stats.size, algorithm);
    cache.set(path, stats, id);
    return { path, kind, id, size };
  }
  const bytes = bytesOf(file, kind);
  if (bytes === undefined) return undefined;
  const id = blobId(algorithm, bytes);
  cache.set(path, stats, id);
  return { path, kind, id, size: bytes.byteLength };
}

export function statsOf(root: string, path: BytePath): Stats | undefined {
  try {
    return lstatSync(systemPath(root, path), { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * Undefined when it went, or became a folder, in this moment; what may not be read is an error. `room`: memory for the
 * bytes of a file that is as long; one that is longer by now is not read to its end.
 */
export function bytesOf(file: string | Buffer, kind: Entry["kind"], room?: Buffer): Buffer | undefined {
  try {
    if (kind === "link") return readlinkSync(file, "buffer");
    return room === undefined ? readFileSync(file) : readInto(room, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR" || code === "EINVAL") return undefined;
    throw error;
  }
}

/** Half of what `readFileSync` costs for a small file. */
function readInto(room: Buffer, file: string | Buffer): Buffer {
  const descriptor = openSync(file, "r");
  try {
    let end = 0;
    while (end < room.length) {
      const count = readSync(descriptor, room, end, room.length - end, null);
      if (count === 0) break;
      end += count;
    }
    return room.subarray(0, end);
  } finally {
    closeSync(descriptor);
  }
}

function kindOf(stats: Stats): Entry["kind"] | undefined {
  if (stats.isSymbolicLink()) return "link";
  if (!stats.isFile()) return undefined;
  return (stats.mode & 0o100) === 0 ? "file" : "executable";
}

async function hashLarge(
  file: string | Buffer,
  size: number,
  algorithm: TreeAlgorithm,
): Promise<{ id: string; size: number }> {
  const hash = blobHash(algorithm, size);
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }))
    hash.update(chunk as Buffer);
  return { id: hash.digest("hex"), size };
}
