import { createZstdDecompress, type ZstdDecompress } from "node:zlib";
import { isPacked, MOST_UNPACKED_BYTES } from "./pack-details.ts";

/** Files that are unpacked before the reader asks for them; what stands ready is in memory. */
const AHEAD = 16;
const OUTPUT_BYTES = 1 << 17;

/**
 * What `unpackDetails` gives, of many files in their order: by decompressors that stay, which is most of the price of a
 * small frame, on other threads, while the reader works with what came before. They take turns: the way to a thread and
 * back takes as long as the work there. Throws where `unpackDetails` does.
 */
export async function* unpackInOrder(
  files: Iterable<Uint8Array>,
  mostBytes = MOST_UNPACKED_BYTES,
): AsyncGenerator<Uint8Array, void, void> {
  const decompressors = [new Frames(mostBytes), new Frames(mostBytes)];
  let turn = 0;
  const ahead: (Uint8Array | Promise<Uint8Array>)[] = [];
  try {
    for (const packed of files) {
      ahead.push(isPacked(packed) ? decompressors[turn++ % decompressors.length]!.unpack(packed) : packed);
      if (ahead.length > AHEAD) yield await ahead.shift()!;
    }
    for (const unpacked of ahead) yield await unpacked;
  } finally {
    for (const frames of decompressors) frames.close();
  }
}

/** One decompressor for frame after frame. */
class Frames {
  readonly #mostBytes: number;
  #stream: ZstdDecompress | undefined;
  /** Those that wait, the one that is at work first. */
  readonly #waiting: PromiseWithResolvers<Uint8Array>[] = [];
  /** What that one has unfolded to up to now. */
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** In the order of the calls. */
  unpack(frame: Uint8Array): Promise<Uint8Array> {
    const stream = (this.#stream ??= this.#open());
    const unpacked = Promise.withResolvers<Uint8Array>();
    // Whoever stops reading does not come for what was unpacked ahead.
    unpacked.promise.catch(() => undefined);
    this.#waiting.push(unpacked);
    // All that a piece of input unfolds to has come when it counts as taken, and nothing of the next one.
    stream.write(frame, (error) => {
      if (!error) this.#done(stream);
    });
    return unpacked.promise;
  }

  close(): void {
    this.#stream?.destroy();
  }

  #open(): ZstdDecompress {
    const stream = createZstdDecompress({ chunkSize: OUTPUT_BYTES });
    stream.on("data", (part: Uint8Array) => {
      this.#parts.push(part);
      this.#bytes += part.length;
      if (this.#bytes > this.#mostBytes)
        stream.destroy(new RangeError("packed details unfold to more than any file has"));
    });
    stream.on("error", (error) => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
    return stream;
  }

  #done(stream: ZstdDecompress): void {
    const [first = new Uint8Array(0), ...more] = this.#parts;
    const bytes = more.length === 0 ? first : Buffer.concat([first, ...more]);
    this.#parts = [];
    this.#bytes = 0;
    if (stream.destroyed) return;
    if (isWhole(bytes)) this.#waiting.shift()?.resolve(bytes);
    else stream.destroy(new Error("packed details end before their end"));
  }
}

/** A frame that was cut off is missed by a decompressor that could get more. */
function isWhole(details: Uint8Array): boolean {
  return details.at(-1) === 0x5d; // ]
}
