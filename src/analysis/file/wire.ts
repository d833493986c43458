import type { Candidate } from "../discovery/index.ts";
import type { FileFacts, FileResult } from "./file-facts.ts";
import { packDetails } from "./pack-details.ts";

/**
 * How analysis units and their results travel. The agent in between sees bytes.
 *
 * A unit is JSON. A result is one JSON header for all files, then the details of each file, packed where the host can
 * (`packDetails`), and its tape: the receiver keeps both as bytes without ever parsing them.
 */
export interface AnalysisUnit {
  /** Files below this folder are read by the worker itself; absent: contents are blobs. */
  root?: string;
  /** Language ids asked for; absent: all. */
  only?: readonly string[];
  maxFileSize: number;
  /** Whether tapes for the search for copies are wanted. */
  tapes?: boolean;
  files: UnitFile[];
}

export type UnitFile = Pick<Candidate, "path" | "rawPath" | "language" | "override" | "leftOut"> & {
  /** SHA-256 of the content, when it comes as a blob. */
  sha?: string;
};

/** What was read: a file may have changed since the unit was made. */
export interface ReadContent {
  /** SHA-256; empty when it could not be read. */
  sha: string;
  /** What tells it from any other content of its path (`stampOf`); absent: nothing does, or it was no file of that host. */
  stamp?: string | undefined;
}

/** A result as it arrives: details still bytes. */
export type ArrivedResult = ReadContent &
  (
    | { type: "measured"; facts: FileFacts; details: Uint8Array; tape?: Uint8Array }
    | Extract<FileResult, { type: "skipped" }>
  );

type HeaderEntry = ReadContent &
  ({ facts: FileFacts; details: number; tape?: number } | Extract<FileResult, { type: "skipped" }>);

export function encodeUnit(unit: AnalysisUnit): Uint8Array {
  return Buffer.from(JSON.stringify(unit));
}

export function decodeUnit(bytes: Uint8Array): AnalysisUnit {
  return JSON.parse(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"),
  ) as AnalysisUnit;
}

export function encodeResults(results: readonly (ReadContent & { result: FileResult })[]): Uint8Array {
  const details: Uint8Array[] = [];
  const header = results.map(({ result, ...read }): HeaderEntry => {
    if (result.type === "skipped") return { ...read, ...result };
    const bytes = packDetails(Buffer.from(result.details));
    details.push(bytes);
    if (result.tape === undefined) return { ...read, facts: result.facts, details: bytes.byteLength };
    details.push(result.tape);
    return { ...read, facts: result.facts, details: bytes.byteLength, tape: result.tape.byteLength };
  });
  const head = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.byteLength);
  return Buffer.concat([length, head, ...details]);
}

/** Throws a TypeError or RangeError on bytes that no worker of ours wrote. */
export function decodeResults(bytes: Uint8Array, expected: number): ArrivedResult[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 4 + buffer.readUInt32LE(0);
  const header = JSON.parse(buffer.toString("utf8", 4, at)) as HeaderEntry[];
  if (!Array.isArray(header) || header.length !== expected)
    throw new TypeError("a result does not answer its unit");
  return header.map((entry): ArrivedResult => {
    if (!("facts" in entry)) return entry;
    const end = at + entry.details + (entry.tape ?? 0);
    if (end > buffer.byteLength) throw new RangeError("a result ends before its details do");
    const details = buffer.subarray(at, at + entry.details);
    const tape = entry.tape === undefined ? {} : { tape: buffer.subarray(at + entry.details, end) };
    at = end;
    const { sha, stamp, facts } = entry;
    return { type: "measured", sha, ...(stamp === undefined ? {} : { stamp }), facts, details, ...tape };
  });
}
