import { promisify } from "node:util";
import zlib from "node:zlib";
import { packBytes } from "./pack.ts";

/**
 * Packs are compressed and unpacked beside the thread that reads or writes files meanwhile. Names, ways and levels are
 * those of `codecOf`. Runs on both sides; Node 20 has no zstd, and is not asked for it.
 */
interface PackCodec {
  compress(pack: Uint8Array, chunkSize: number): Promise<Uint8Array>;
  decompress(
    packed: Uint8Array,
    options: { chunkSize: number; maxOutputLength: number },
  ): Promise<Uint8Array>;
}

const {
  BROTLI_PARAM_QUALITY: quality,
  BROTLI_PARAM_LGWIN: window,
  ZSTD_c_compressionLevel: level,
} = zlib.constants;

/** Half of a pack: as small as with the default of 22, and a tenth sooner both ways. */
const windowBits = 20;

const codecs: Readonly<Record<string, PackCodec>> = {
  none: { compress: async (pack) => pack, decompress: async (packed) => packed },
  brotli: {
    compress: (pack, chunkSize) =>
      promisify(zlib.brotliCompress)(pack, { chunkSize, params: { [quality]: 1, [window]: windowBits } }),
    decompress: promisify(zlib.brotliDecompress),
  },
  ...("zstdCompress" in zlib && {
    zstd: {
      compress: (pack: Uint8Array, chunkSize: number) =>
        promisify(zlib.zstdCompress)(pack, { chunkSize, params: { [level]: 1 } }),
      decompress: promisify(zlib.zstdDecompress),
    },
  }),
};

export function compressPack(compression: string, pack: Uint8Array): Promise<Uint8Array> {
  // The answer comes in pieces of this size, and more than one would have to be joined.
  return codecOf(compression).compress(pack, Math.max(pack.length >> 1, 1024));
}

/** Rejects with an Error when it is damaged, or longer than a pack can be. */
export function decompressPack(compression: string, packed: Uint8Array): Promise<Uint8Array> {
  const options = {
    chunkSize: Math.min(packed.length * 6 + 1024, packBytes + 1),
    maxOutputLength: packBytes,
  };
  return codecOf(compression).decompress(packed, options);
}

function codecOf(compression: string): PackCodec {
  const codec = Object.hasOwn(codecs, compression) ? codecs[compression] : undefined;
  if (codec === undefined) throw new Error(`"${compression}" is no compression that is known here`);
  return codec;
}
