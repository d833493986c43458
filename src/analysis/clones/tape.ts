import { deflateRawSync, inflateRawSync } from "node:zlib";
import { VALUE } from "./token-kinds.ts";

/** No fingerprint has this hash. */
export const NO_PRINT = 0xffffffff;

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
 * what is deflated (u32), different kinds (u16); hashes of the fingerprints (u32 each), the distance of each from the one before it (varint); then, deflated, the
 * different kinds (u16 each), for each token the number of its kind (u8; 255 and u8 more for the 256th and on), the texts of
 * names and values (u8 each), and for each line with tokens its distance from the one before and its number of tokens (varints).
 */
const HEAD = 22;

/** Scratch: number of each kind in the file at hand, from 1. */
const numbers = new Uint16Array(1 << 16);
/** Scratch: what is deflated, and what is not. */
let body = Buffer.alloc(1 << 16);
let head = Buffer.alloc(1 << 14);

/** What a token stream becomes on its way from the worker: fingerprints readable at once, the rest compressed. */
export function packTape(
  { kinds, texts, lines }: Tape,
  tokens: number,
  prints: { hashes: Uint32Array; places: Uint32Array; count: number },
): Uint8Array {
  const order = numberKinds(kinds, tokens);
  // At most two bytes for a kind, one for a text, and for a line as many as for ten.
  const room = order.length * 2 + tokens * 13;
  if (body.length < room) body = Buffer.alloc(room * 2);
  let end = 0;
  for (const kind of order) end = body.writeUInt16LE(kind, end);
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
    end = writeVarint(body, end, here - line);
    end = writeVarint(body, end, at - start);
    line = here;
  }
  const headRoom = HEAD + prints.count * 9;
  if (head.length < headRoom) head = Buffer.alloc(headRoom * 2);
  head.writeUInt32LE(tokens, 0);
  head.writeUInt32LE(lineCount, 4);
  head.writeUInt32LE(prints.count, 8);
  head.writeUInt32LE(end, 16);
  head.writeUInt16LE(order.length, 20);
  let headEnd = HEAD;
  for (let at = 0; at < prints.count; at++) headEnd = head.writeUInt32LE(prints.hashes[at]!, headEnd);
  const placesAt = headEnd;
  for (let at = 0, place = 0; at < prints.count; at++) {
    headEnd = writeVarint(head, headEnd, prints.places[at]! - place);
    place = prints.places[at]!;
  }
  head.writeUInt32LE(headEnd - placesAt, 12);
  return Buffer.concat([head.subarray(0, headEnd), deflateRawSync(body.subarray(0, end), { level: 1 })]);
}

/** Different kinds in the order in which they first stand there; `numbers` has the place of each, from 1. */
function numberKinds(kinds: Uint16Array, tokens: number): number[] {
  const order: number[] = [];
  for (let at = 0; at < tokens; at++)
    if (numbers[kinds[at]!] === 0) numbers[kinds[at]!] = order.push(kinds[at]!);
  return order;
}

/** What can be told of a packed tape without unpacking it. `lines`: those with tokens. */
export function readHead(packed: Uint8Array): {
  view: Buffer;
  tokens: number;
  lines: number;
  prints: number;
  /** Where the distances of the fingerprints begin, and where what is compressed. */
  placesAt: number;
  bodyAt: number;
  bodyBytes: number;
  different: number;
} {
  const view = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const prints = view.readUInt32LE(8);
  const placesAt = HEAD + prints * 4;
  return {
    view,
    tokens: view.readUInt32LE(0),
    lines: view.readUInt32LE(4),
    prints,
    placesAt,
    bodyAt: placesAt + view.readUInt32LE(12),
    bodyBytes: view.readUInt32LE(16),
    different: view.readUInt16LE(20),
  };
}

/** Hashes of the fingerprints, in the byte order of this machine: to be compared with each other only. */
export function readPrintHashes(packed: Uint8Array): Uint32Array<ArrayBuffer> {
  const { prints, placesAt } = readHead(packed);
  const hashes = new Uint32Array(prints);
  new Uint8Array(hashes.buffer).set(packed.subarray(HEAD, placesAt));
  return hashes;
}

/** Token at which each fingerprint begins. Throws a RangeError on bytes that end too early. */
export function readPrintPlaces(packed: Uint8Array): Uint32Array<ArrayBuffer> {
  const { prints, placesAt } = readHead(packed);
  const places = new Uint32Array(prints);
  const reader = new VarintReader(packed, placesAt);
  for (let at = 0, place = 0; at < prints; at++) places[at] = place += reader.next();
  return places;
}

/** Without lines: matching needs none. Throws a RangeError or zlib's error on bytes that are no tape. */
export function unpackTokens(packed: Uint8Array): Tokens {
  const { kinds, texts } = openTape(packed);
  return { kinds, texts };
}

/** Throws as `unpackTokens` does. */
export function unpackTape(packed: Uint8Array): Tape {
  const { kinds, texts, rest } = openTape(packed);
  const reader = new VarintReader(rest, 0);
  const lines = new Uint32Array(kinds.length);
  for (let at = 0, line = 0; at < lines.length;) {
    line += reader.next();
    const stop = Math.min(lines.length, at + reader.next());
    while (at < stop) lines[at++] = line; // a few tokens: less than a call of fill
  }
  return { kinds, texts, lines };
}

/** How much a host's tape may unfold to: far more than that of the largest file that is measured. */
const MOST_BODY_BYTES = 2 ** 28;

/** `rest`: what stands behind the tokens. */
function openTape(packed: Uint8Array): Tokens & { rest: Uint8Array } {
  const { view, tokens, bodyAt, bodyBytes, different } = readHead(packed);
  // In one piece: a byte more than there is, so that zlib does not ask for another one.
  const chunkSize = Math.min(MOST_BODY_BYTES, Math.max(64, bodyBytes + 1));
  const bytes = inflateRawSync(view.subarray(bodyAt), { chunkSize, maxOutputLength: MOST_BODY_BYTES });
  const byNumber = new Uint16Array(different);
  for (let at = 0; at < different; at++) byNumber[at] = bytes.readUInt16LE(at * 2);
  let from = different * 2;
  const kinds = new Uint16Array(tokens);
  for (let at = 0; at < tokens; at++) {
    const number = bytes[from++]!;
    kinds[at] = byNumber[number < 255 ? number : 255 + bytes[from++]!]!;
  }
  const texts = new Uint8Array(tokens);
  for (let at = 0; at < tokens; at++) if (kinds[at]! <= VALUE) texts[at] = bytes[from++]!;
  if (from > bytes.length) throw new RangeError("a token tape ends too early");
  return { kinds, texts, rest: bytes.subarray(from) };
}

/** Returns where the next one goes. */
function writeVarint(to: Buffer, start: number, value: number): number {
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

  next(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (this.#at >= this.#bytes.length) throw new RangeError("a token tape ends too early");
      const byte = this.#bytes[this.#at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}
