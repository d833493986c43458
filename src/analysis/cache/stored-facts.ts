import type { FileFacts, FileResult } from "../file/file-facts.ts";

/** A file's facts as they are kept: in caches, and in memory during a run. `tape` as in `FileResult`. */
export type StoredFacts =
  | { type: "measured"; facts: FileFacts; details: Uint8Array; tape?: Uint8Array }
  | Extract<FileResult, { type: "skipped" }>;

/** What caches keep of it: `head` is JSON; `details` null for what was left out. */
export interface FactsRow {
  head: string;
  details: Uint8Array | null;
}

export function rowOf(stored: StoredFacts): FactsRow {
  return stored.type === "measured"
    ? { head: JSON.stringify(stored.facts), details: together(stored) }
    : { head: JSON.stringify(stored), details: null };
}

/** Undefined for a row that `rowOf` has not made. */
export function storedOf(head: string, details: Uint8Array | null): StoredFacts | undefined {
  const parsed = JSON.parse(head) as FileFacts | Extract<StoredFacts, { type: "skipped" }>;
  if ("type" in parsed) return parsed;
  return details === null ? undefined : { type: "measured", facts: parsed, ...takeApart(details) };
}

/** Set in the length of the details: a tape was made, be it empty. */
const TAPED = 2 ** 31;

/** Details and tape in one column: the length of the details, then both. */
function together({ details, tape }: { details: Uint8Array; tape?: Uint8Array }): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(details.byteLength + (tape === undefined ? 0 : TAPED));
  return Buffer.concat(tape === undefined ? [length, details] : [length, details, tape]);
}

function takeApart(bytes: Uint8Array): { details: Uint8Array; tape?: Uint8Array } {
  const length = Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32LE(0);
  const end = 4 + (length % TAPED);
  const details = bytes.subarray(4, end);
  return length < TAPED ? { details } : { details, tape: bytes.subarray(end) };
}
