/**
 * Many contents in one blob: a message for each small file would cost more than its bytes. A part is the number of its
 * entry in the manifest and its length, both in 32 bits, then its bytes. Runs on both sides.
 */
export interface PackPart {
  /** Number of the entry in the manifest. */
  entry: number;
  bytes: Uint8Array;
}

const headBytes = 8;

export class PackWriter {
  readonly #parts: Uint8Array[] = [];
  /** Length of the pack so far. */
  bytes = 0;

  add({ entry, bytes }: PackPart): void {
    const head = Buffer.allocUnsafe(headBytes);
    head.writeUInt32LE(entry, 0);
    head.writeUInt32LE(bytes.byteLength, 4);
    this.#parts.push(head, bytes);
    this.bytes += headBytes + bytes.byteLength;
  }

  take(): Buffer {
    const pack = Buffer.concat(this.#parts.splice(0));
    this.bytes = 0;
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
