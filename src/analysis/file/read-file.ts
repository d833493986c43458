import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { systemCode } from "#kernel";
import { type Candidate, mostSearchedBytes, openPath, textEncoding } from "../discovery/index.ts";
import type { FileResult } from "./file-facts.ts";
import { stampOf } from "./stamp.ts";

export type ReadFile = Pick<Candidate, "path" | "rawPath" | "leftOut">;

export type Unread = Extract<FileResult, { type: "skipped" }>;

/**
 * A file's bytes as they are at this moment, or why there are none. Listing was earlier: the file may have gone,
 * grown, or become something that is not a file. `room` gives memory of a size, or more, to read into; `onOpen` is told
 * what the file system says of the file before any of it is read. Of a file that is only searched the beginning is read,
 * and of one that is no text no more than it takes to see that.
 */
export function readSource(
  root: string,
  file: ReadFile,
  maxFileSize: number,
  room: (size: number) => Buffer = (size) => Buffer.allocUnsafe(size),
  onOpen?: (stats: Stats) => void,
): Buffer | Unread {
  let descriptor: number;
  try {
    // O_NONBLOCK: a FIFO that took the file's place must not block us.
    descriptor = openSync(
      openPath(root, file),
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0),
    );
  } catch (error) {
    return unread(error);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { type: "skipped", reason: "vanished", detail: "no longer a file" };
    onOpen?.(stat);
    if (file.leftOut !== undefined) return readBeginning(descriptor, stat.size, room);
    if (stat.size > maxFileSize)
      return { type: "skipped", reason: "too-large", detail: `${stat.size} bytes` };
    return readAll(descriptor, stat.size, room(stat.size));
  } catch (error) {
    return unread(error);
  } finally {
    closeSync(descriptor);
  }
}

/** ELOOP: a link took the file's place. */
function unread(error: unknown): Unread {
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP")
    return { type: "skipped", reason: "vanished", detail: code };
  return { type: "skipped", reason: "unreadable", detail: code ?? String(error) };
}

/** What larger files are read into is not kept. */
const KEPT_BYTES = 1 << 20;

/**
 * Reads file after file into the same memory, so that none has to be found, filled with pages and cleared away for
 * each: a content is overwritten by the next.
 */
export class SourceReader {
  readonly #kept = Buffer.allocUnsafeSlow(KEPT_BYTES);

  readonly #now: () => number;
  #stamp: string | undefined;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Of the file that was read last (`stampOf`). */
  get stamp(): string | undefined {
    return this.#stamp;
  }

  /** As `readSource`. */
  read(...args: [root: string, file: ReadFile, maxFileSize: number]): Buffer | Unread {
    this.#stamp = undefined;
    return readSource(
      ...args,
      (size) => (size > KEPT_BYTES ? Buffer.allocUnsafe(size) : this.#kept),
      (stats) => (this.#stamp = stampOf(stats, this.#now())),
    );
  }
}

/** Enough to tell text from what is none. */
const HEAD_BYTES = 8000;

function readBeginning(descriptor: number, size: number, room: (size: number) => Buffer): Buffer {
  const wanted = Math.min(size, mostSearchedBytes);
  if (wanted > HEAD_BYTES) {
    const head = readAll(descriptor, HEAD_BYTES, Buffer.allocUnsafe(HEAD_BYTES));
    if (textEncoding(head) === undefined) return head;
  }
  const bytes = readAll(descriptor, wanted, room(wanted));
  return wanted < size ? withoutHalfCharacter(bytes) : bytes;
}

/** UTF-8 that ends within a character is none, and would be read as another encoding. */
function withoutHalfCharacter(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > bytes.length - 4 && end > 0 && (bytes[end - 1]! & 0xc0) === 0x80) end--;
  return end > 0 && bytes[end - 1]! >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
}

/** From the beginning of the file. */
function readAll(descriptor: number, size: number, bytes: Buffer): Buffer {
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, bytes, length, size - length, length);
    if (read === 0) break; // it became shorter
    length += read;
  }
  return length === bytes.length ? bytes : bytes.subarray(0, length);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
