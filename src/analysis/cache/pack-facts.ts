import { crc32 } from "node:zlib";
import { rowOf, type StoredFacts, storedOf } from "./stored-facts.ts";

const headerBytes = 8;

/** `checksum (u32) · length of the head (u32) · head (JSON) · details`; the checksum covers the key, so a value under a wrong key is none. */
export function packFacts(key: Uint8Array, stored: StoredFacts): Buffer {
  const row = rowOf(stored);
  const head = Buffer.from(row.head);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(head.length, 4);
  const value = Buffer.concat(row.details === null ? [header, head] : [header, head, row.details]);
  value.writeUInt32LE(checksum(key, value), 0);
  return value;
}

/** Undefined for anything that `packFacts` has not made for this key. */
export function unpackFacts(key: Uint8Array, value: Buffer): StoredFacts | undefined {
  if (value.length < headerBytes || checksum(key, value) !== value.readUInt32LE(0)) return undefined;
  const headEnd = headerBytes + value.readUInt32LE(4);
  const details = value.subarray(headEnd);
  // Copied: what stands in the answer of a whole batch must not live as long as one file of it.
  return storedOf(
    value.subarray(headerBytes, headEnd).toString("utf8"),
    details.length === 0 ? null : Uint8Array.from(details),
  );
}

/** Of all that stands behind it. */
function checksum(key: Uint8Array, value: Buffer): number {
  return crc32(value.subarray(4), crc32(key));
}
