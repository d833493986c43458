import type { Candidate } from "../discovery/index.ts";
import type { UnitFile } from "../file/wire.ts";
import type { Rule } from "../rules/rule.ts";

/**
 * What a long-lived service asks its workers, beside the units of a run. A request is one byte that no unit begins
 * with, the length of a JSON header, the header, then the contents that the header counts.
 */
export type ServiceRequest = FilesRequest | CheckRequest;
export type FilesRequest = MeasureRequest | UsesRequest;

interface OfFiles {
  /** Files without `bytes` are read by the worker below this folder. */
  root?: string;
  maxFileSize: number;
  files: ServiceFile[];
}

/** `bytes`: that much of the contents behind the header is this file's. */
export type ServiceFile = Omit<UnitFile, "sha"> & { bytes?: number };

/** Answered as a unit is: facts and details of each file. */
export interface MeasureRequest extends OfFiles {
  type: "measure";
}

/** Answered with a `FileUses[]` in JSON: files that use the name, in the order asked. */
export interface UsesRequest extends OfFiles {
  type: "uses";
  name: string;
}

/** Answered with an `UnsupportedRule[]` in JSON: what cannot be compiled. */
export interface CheckRequest {
  type: "check";
  rules: readonly Rule[];
}

export type UseKind = "definition" | "import" | "call" | "write" | "read";

/** One place where a name stands in code. Lines and columns count from 1; columns in UTF-16 code units. */
export interface Use {
  line: number;
  column: number;
  kind: UseKind;
  /** The line, without the white space around it, at most 200 characters. */
  text: string;
}

export interface FileUses {
  path: string;
  uses: Use[];
}

const MARK = 1;

export function encodeRequest(request: ServiceRequest, contents: readonly Uint8Array[] = []): Uint8Array {
  const header = Buffer.from(JSON.stringify(request));
  const start = Buffer.alloc(5);
  start[0] = MARK;
  start.writeUInt32LE(header.byteLength, 1);
  return Buffer.concat([start, header, ...contents]);
}

/** Undefined: it is a unit of a run. */
export function decodeRequest(
  payload: Uint8Array,
): { request: ServiceRequest; contents: Buffer } | undefined {
  const buffer = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  if (buffer[0] !== MARK) return undefined;
  const end = 5 + buffer.readUInt32LE(1);
  return {
    request: JSON.parse(buffer.toString("utf8", 5, end)) as ServiceRequest,
    contents: buffer.subarray(end),
  };
}

/** An answer tells how much memory the worker holds, so that whoever asked can replace it in time. */
export function encodeAnswer(body: Uint8Array, residentBytes: number): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeDoubleLE(residentBytes);
  return Buffer.concat([head, body]);
}

export function decodeAnswer(answer: Uint8Array): { body: Buffer; residentBytes: number } {
  const buffer = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  return { body: buffer.subarray(8), residentBytes: buffer.readDoubleLE(0) };
}

/** A listed file as a worker is asked about it: it looks at the size itself. */
export function withoutSize({ size: _size, ...file }: Candidate): ServiceFile {
  return file;
}
