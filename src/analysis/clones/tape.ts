import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { VALUE } from "./token-kinds.ts";

/** No fingerprint has this hash: as a signed number it is the greatest. */
export const NO_PRINT = 0x7fffffff;

/** A file's tokens as clones are looked for. */
export interface Tokens {
  /** Kind of each token (`token-kinds.ts`). */
  kinds: Uint16Array;
  /** 8 bits of a hash of the text of names and values; 0 for tokens of fixed text. */
  texts: Uint8Array;
}

export interface Tape extends Tokens {
  /** Line of each token, from 1. */
  lines: Uint32Array;
}

/*
 * As bytes: tokens (u32), lines with tokens (u32), fingerprints (u32), bytes of their distances (u32), bytes of
 * the body before it was compressed (u32), different kinds (u16), whether the body is compressed (u8), nothing (u8); hashes of the
 * fingerprints (u32 each), the distance of each from the one before it (varint); then the body: the different kinds (u16 each),
 * for each token the number of its kind (u8; 255 and u8 more for the 256th and on), the texts of names and values (u8 each), and
 * for each line with tokens its distance from the one before and its number of tokens (`writeLine`).
 */
const HEAD = 24;

/** Starting a compressor takes longer than compressing so much; half of all files have less. */
const WORTH_IT_BYTES = 8000;
const params = { [constants.ZSTD_c_compressionLevel]: 1 };

/** Scratch: number of each kind in the file at hand, from 1. */
const numbers = new Uint16Array(1 << 16);
/** Scratch: what is compressed, and what is not. */
let body = new Uint8Array(1 << 16);
let head = new Uint8Array(1 << 14);

/** What a token stream becomes on its way from the worker: fingerprints readable at once, the rest compressed where it pays. */
export function packTape(
  { kinds, texts, lines }: Tape,
  tokens: number,
  prints: { hashes: Uint32Array; places: Uint32Array; count: number },
): Uint8Array {
  const order = numberKinds(kinds, tokens);
  // At most two bytes for a kind, one for a text, and eleven for a line.
  const room = order.length * 2 + tokens * 14;
  if (body.length < room) body = new Uint8Array(room * 2);
  let end = 0;
  for (const kind of order) {
    body[end++] = kind & 255;
    body[end++] = kind >> 8;
  }
  for (let at = 0; at < tokens; at++) {
    let number = numbers[kinds[at]!]! - 1;
    if (number >= 255) {
      body[end++] = 255;
      number -= 255;
    }
    body[end++] = number;
  }
  for (let at = 0; at < tokens; at++) if (kinds[at]! <= VALUE) body[end++] = texts[at]!;
  for (const kind of order) numbers[kind] = 0;
  let line = 0;
  let lineCount = 0;
  for (let at = 0; at < tokens; lineCount++) {
    const here = lines[at]!;
    const start = at;
    while (at < tokens && lines[at] === here) at++;
    end = writeLine(body, end, here - line, at - start);
    line = here;
  }
  const headRoom = HEAD + prints.count * 9;
  if (head.length < headRoom) head = new Uint8Array(headRoom * 2);
  writeU32(head, 0, tokens);
  writeU32(head, 4, lineCount);
  writeU32(head, 8, prints.count);
  writeU32(head, 16, end);
  // A Node without Zstandard (before 22.15) leaves it as it is.
  const isWorthIt = end >= WORTH_IT_BYTES && typeof zstdCompressSync === "function";
  writeU32(head, 20, order.length | (isWorthIt ? 1 << 16 : 0));
  let headEnd = HEAD;
  for (let at = 0; at < prints.count; at++) headEnd = writeU32(head, headEnd, prints.hashes[at]!);
  const placesAt = headEnd;
  for (let at = 0, place = 0; at < prints.count; at++) {
    headEnd = writeVarint(head, headEnd, prints.places[at]! - place);
    place = prints.places[at]!;
  }
  writeU32(head, 12, headEnd - placesAt);
  const bytes = body.subarray(0, end);
  const packed = isWorthIt ? zstdCompressSync(bytes, { params, chunkSize: end >> 1 }) : bytes;
  const tape = new Uint8Array(headEnd + packed.byteLength);
  tape.set(head.subarray(0, headEnd));
  tape.set(packed, headEnd);
  return tape;
}

/** Different kinds in the order in which they first stand there; `numbers` has the place of each, from 1. */
function numberKinds(kinds: Uint16Array, tokens: number): number[] {
  const order: number[] = [];
  for (let at = 0; at < tokens; at++)
    if (numbers[kinds[at]!] === 0) numbers[kinds[at]!] = order.push(kinds[at]!);
  return order;
}

/** What can be told of a packed tape without unpacking it. `lines`: those with tokens. */
export function readHead(packed: Uint8Array): { tokens: number; lines: number; prints: number } {
  return { tokens: u32(packed, 0), lines: u32(packed, 4), prints: u32(packed, 8) };
}

/** Scratch: hashes of one file. */
let hashBytes = new Uint8Array(1 << 14);

/**
 * Hashes of the fingerprints, in the byte order of this machine: to be compared with each other only. They stand in memory
 * that the next call uses again: all of them are read again and again, and most files have few.
 */
export function readPrintHashes(packed: Uint8Array): Uint32Array {
  const bytes = u32(packed, 8) * 4;
  if (bytes > hashBytes.length) hashBytes = new Uint8Array(bytes * 2);
  hashBytes.set(packed.subarray(HEAD, HEAD + bytes));
  return new Uint32Array(hashBytes.buffer, 0, bytes / 4);
}

/** The hash of one fingerprint; `NO_PRINT` behind the last one. */
export function readPrintHash(packed: Uint8Array, print: number): number {
  return print < u32(packed, 8) ? u32(packed, HEAD + print * 4) : NO_PRINT;
}

/** Token at which each fingerprint begins. Throws a RangeError on bytes that end too early. */
export function readPrintPlaces(packed: Uint8Array): Uint32Array<ArrayBuffer> {
  const prints = u32(packed, 8);
  const places = new Uint32Array(prints);
  const reader = new VarintReader(packed, HEAD + prints * 4);
  for (let at = 0, place = 0; at < prints; at++) places[at] = place += reader.next();
  return places;
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** An unpacked tape but for its lines: matching needs none. */
export interface OpenTape extends Tokens {
  lineBytes: Uint8Array;
}

/** Line of each token. Throws a RangeError on bytes that end too early. */
export function readLines({ kinds, lineBytes }: OpenTape): Uint32Array {
  const reader = new VarintReader(lineBytes, 0);
  const lines = new Uint32Array(kinds.length);
  for (let at = 0, line = 0; at < lines.length;) {
    const byte = reader.byte();
    line += byte === LONG_LINE ? reader.next() : (byte >> 6) + 1;
    const stop = Math.min(lines.length, at + (byte === LONG_LINE ? reader.next() : (byte & 63) + 1));
    while (at < stop) lines[at++] = line; // a few tokens: less than a call of fill
  }
  return lines;
}

/** How much a host's tape may unfold to: far more than that of the largest file that is measured. */
const MOST_BODY_BYTES = 2 ** 28;

/** Throws a RangeError or zlib's error on bytes that are no tape. */
export function openTape(packed: Uint8Array): OpenTape {
  const tokens = u32(packed, 0);
  const different = packed[20]! | (packed[21]! << 8);
  const bytes = bodyOf(packed);
  const byNumber = new Uint16Array(different);
  for (let at = 0; at < different; at++) byNumber[at] = bytes[at * 2]! | (bytes[at * 2 + 1]! << 8);
  let from = different * 2;
  const kinds = new Uint16Array(tokens);
  for (let at = 0; at < tokens; at++) {
    const number = bytes[from++]!;
    kinds[at] = byNumber[number < 255 ? number : 255 + bytes[from++]!]!;
  }
  const texts = new Uint8Array(tokens);
  for (let at = 0; at < tokens; at++) if (kinds[at]! <= VALUE) texts[at] = bytes[from++]!;
  if (from > bytes.length) throw new RangeError("a token tape ends too early");
  // A copy, so that the rest of what was unpacked does not live as long.
  return { kinds, texts, lineBytes: bytes.slice(from) };
}

function bodyOf(packed: Uint8Array): Uint8Array {
  const bytes = packed.subarray(HEAD + u32(packed, 8) * 4 + u32(packed, 12));
  if (packed[22] === 0) return bytes;
  // In one piece: a byte more than there is, so that zlib does not ask for another one.
  const chunkSize = Math.min(MOST_BODY_BYTES, Math.max(64, u32(packed, 16) + 1));
  return zstdDecompressSync(bytes, { chunkSize, maxOutputLength: MOST_BODY_BYTES });
}

/** Stands before a line that is far from the one before it or has many tokens: two varints tell how. */
const LONG_LINE = 255;

/** Almost all lines take a byte: the distance from the one before, less one, and the number of tokens, less one. */
function writeLine(to: Uint8Array, start: number, distance: number, tokens: number): number {
  if (distance <= 4 && tokens <= 63) {
    to[start] = ((distance - 1) << 6) | (tokens - 1);
    return start + 1;
  }
  to[start] = LONG_LINE;
  return writeVarint(to, writeVarint(to, start + 1, distance), tokens);
}

/** Returns where the next one goes. */
function writeU32(to: Uint8Array, start: number, value: number): number {
  to[start] = value;
  to[start + 1] = value >>> 8;
  to[start + 2] = value >>> 16;
  to[start + 3] = value >>> 24;
  return start + 4;
}

/** Returns where the next one goes. */
function writeVarint(to: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest > 127; rest >>>= 7) to[at++] = (rest & 127) | 128;
  to[at++] = rest;
  return at;
}

class VarintReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) throw new RangeError("a token tape ends too early");
    return this.#bytes[this.#at++]!;
  }

  next(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}
