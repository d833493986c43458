import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { systemCode } from "#kernel";
import { type Candidate, openPath } from "../discovery/index.ts";
import type { FileResult } from "./file-facts.ts";

type Unread = Extract<FileResult, { type: "skipped" }>;

/**
 * A file's bytes as they are at this moment, or why there are none. Listing was earlier: the file may have gone,
 * grown, or become something that is not a file. `room` gives memory of a size, or more, to read into.
 */
export function readSource(
  root: string,
  file: Pick<Candidate, "path" | "rawPath">,
  maxFileSize: number,
  room: (size: number) => Buffer = (size) => Buffer.allocUnsafe(size),
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

  /** As `readSource`. */
  read(
    ...args: [root: string, file: Pick<Candidate, "path" | "rawPath">, maxFileSize: number]
  ): Buffer | Unread {
    return readSource(...args, (size) => (size > KEPT_BYTES ? Buffer.allocUnsafe(size) : this.#kept));
  }
}

function readAll(descriptor: number, size: number, bytes: Buffer): Buffer {
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, bytes, length, size - length, null);
    if (read === 0) break; // it became shorter
    length += read;
  }
  return length === bytes.length ? bytes : bytes.subarray(0, length);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
