/** A pack is no longer than this; a content that would not fit travels alone. */
export const packBytes = 2 * 1024 * 1024;
const headBytes = 8;
/** The longest content that a pack can hold. */
export const packedBytes = packBytes - headBytes;

/**
 * Many contents in one piece: a message for each small file would cost more than its bytes. A part is the number of its
 * entry in the manifest and its length, both in 32 bits, then its bytes. Runs on both sides.
 */
export interface PackPart {
  /** Number of the entry in the manifest. */
  entry: number;
  bytes: Uint8Array;
}

/** One pack after the other, in the same memory. */
export class PackWriter {
  readonly #pack = Buffer.allocUnsafeSlow(packBytes);
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  /** Where so many bytes of the next part may be put already; undefined: the pack is too full. */
  room(bytes: number): Buffer | undefined {
    const start = this.#bytes + headBytes;
    return start + bytes > packBytes ? undefined : this.#pack.subarray(start, start + bytes);
  }

  /** Of content that `room` has room for. */
  add({ entry, bytes }: PackPart): void {
    const start = this.#bytes + headBytes;
    const isThere = bytes.buffer === this.#pack.buffer && bytes.byteOffset === this.#pack.byteOffset + start;
    if (!isThere) this.#pack.set(bytes, start);
    this.#pack.writeUInt32LE(entry, this.#bytes);
    this.#pack.writeUInt32LE(bytes.byteLength, this.#bytes + 4);
    this.#bytes = start + bytes.byteLength;
  }

  /** Stands until the next `add`. */
  take(): Buffer {
    const pack = this.#pack.subarray(0, this.#bytes);
    this.#bytes = 0;
    return pack;
  }
}

/** The parts are views into `pack`. @throws Error when it is cut off */
export function* readPack(pack: Uint8Array): Generator<PackPart> {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength);
  for (let at = 0; at < pack.byteLength;) {
    if (at + headBytes > pack.byteLength) throw new Error("a pack of files is cut off");
    const entry = view.getUint32(at, true);
    const length = view.getUint32(at + 4, true);
    at += headBytes;
    if (at + length > pack.byteLength) throw new Error("a pack of files is cut off");
    yield { entry, bytes: pack.subarray(at, at + length) };
    at += length;
  }
}
