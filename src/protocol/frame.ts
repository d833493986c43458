import { ProtocolError } from "./errors.ts";

/**
 * A frame on the wire, integers big-endian:
 *
 *     u32 length   bytes that follow, 5 + payload
 *     u8  type     one of frameTypes; 0x80 set: the payload's body is compressed
 *     u32 id       stream, or 0
 *     payload      at most maxPayload bytes
 */
export interface Frame {
  type: number;
  compressed: boolean;
  id: number;
  /** A view of the received bytes where possible: copy it before keeping it for long. */
  payload: Uint8Array;
}

export const frameTypes = {
  /** Last (or only) part of a message. */
  message: 1,
  /** A message's earlier part; parts of one message follow each other, other frames may stand between. */
  messagePart: 2,
  /** Bytes of stream `id`. */
  data: 3,
  /** No more bytes on stream `id` in this direction. */
  end: 4,
  /** Stream `id` is given up in both directions; payload: the reason as UTF-8. */
  reset: 5,
  /** The receiver of stream `id` (0: message bodies) has consumed u32 bytes. */
  credit: 6,
  /** Says nothing but "I am alive". */
  beat: 7,
} as const;

export const maxPayload = 64 * 1024;
const headerBytes = 9;
const compressedFlag = 0x80;
const lastType = frameTypes.beat;

/** Header and payload, given in parts, as one array: right for small frames, where a copy is cheaper than a write. */
export function encodeFrame(
  type: number,
  id: number,
  compressed: boolean,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const frame = new Uint8Array(headerBytes + length);
  writeHeader(frame, type, id, length, compressed);
  let offset = headerBytes;
  for (const part of parts) {
    frame.set(part, offset);
    offset += part.length;
  }
  return frame;
}

/** Only the nine bytes in front of a payload that is written by itself. */
export function encodeFrameHeader(type: number, id: number, length: number, compressed = false): Uint8Array {
  const header = new Uint8Array(headerBytes);
  writeHeader(header, type, id, length, compressed);
  return header;
}

function writeHeader(
  target: Uint8Array,
  type: number,
  id: number,
  length: number,
  compressed: boolean,
): void {
  const view = new DataView(target.buffer, target.byteOffset, headerBytes);
  view.setUint32(0, length + headerBytes - 4);
  view.setUint8(4, compressed ? type | compressedFlag : type);
  view.setUint32(5, id);
}

/**
 * Cuts a byte stream into frames, whatever the chunks it arrives in. Throws a ProtocolError on the first frame
 * that cannot be one; it holds back at most one frame, so hostile input cannot make it grow.
 */
export class FrameDecoder {
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** Bytes that must be there before it is worth looking again. */
  #wanted = headerBytes;

  push(chunk: Uint8Array, onFrame: (frame: Frame) => void): void {
    let bytes = chunk;
    if (this.#heldBytes > 0) {
      this.#held.push(chunk);
      this.#heldBytes += chunk.length;
      if (this.#heldBytes < this.#wanted) return;
      bytes = concat(this.#held, this.#heldBytes);
      this.#held = [];
      this.#heldBytes = 0;
    }
    let offset = 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (bytes.length - offset >= headerBytes) {
      const total = 4 + checkedLength(view.getUint32(offset));
      const type = checkedType(view.getUint8(offset + 4));
      if (bytes.length - offset < total) {
        this.#wanted = total;
        break;
      }
      const payload = bytes.subarray(offset + headerBytes, offset + total);
      const id = view.getUint32(offset + 5);
      offset += total;
      onFrame({ type: type & ~compressedFlag, compressed: (type & compressedFlag) !== 0, id, payload });
    }
    if (offset < bytes.length) {
      if (bytes.length - offset < headerBytes) this.#wanted = headerBytes;
      this.#held = [bytes.subarray(offset)];
      this.#heldBytes = bytes.length - offset;
    }
  }

  /** Bytes of a frame that has begun and not ended: not 0 at the end of the input means it was cut off. */
  get pendingBytes(): number {
    return this.#heldBytes;
  }
}

function checkedLength(length: number): number {
  const payload = length - (headerBytes - 4);
  if (payload < 0 || payload > maxPayload) {
    throw new ProtocolError(`a frame announces ${payload} bytes, 0 to ${maxPayload} are allowed`);
  }
  return length;
}

function checkedType(type: number): number {
  const plain = type & ~compressedFlag;
  if (plain < 1 || plain > lastType) throw new ProtocolError(`a frame has the unknown type ${type}`);
  return type;
}

function concat(chunks: readonly Uint8Array[], total: number): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const joined = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
