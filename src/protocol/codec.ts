/** Makes bodies smaller on the wire. Both directions are synchronous, so that order needs no care. */
export interface Codec {
  encode(bytes: Uint8Array): Uint8Array;
  /** Throws if the content is longer than `maxBytes`: a small frame must not unfold to a huge one. */
  decode(bytes: Uint8Array, maxBytes: number): Uint8Array;
}

interface Pieces {
  chunkSize: number;
}

interface Compressing extends Pieces {
  params: Record<number, number>;
}

interface Decompressing extends Pieces {
  maxOutputLength: number;
}

/** The part of `node:zlib` used here, handed in because this slice imports nothing. zstd came with Node 22.15. */
export interface Zlib {
  brotliCompressSync(bytes: Uint8Array, options: Compressing): Uint8Array;
  brotliDecompressSync(bytes: Uint8Array, options: Decompressing): Uint8Array;
  zstdCompressSync?: (bytes: Uint8Array, options: Compressing) => Uint8Array;
  zstdDecompressSync?: (bytes: Uint8Array, options: Decompressing) => Uint8Array;
  constants: { BROTLI_PARAM_QUALITY: number; ZSTD_c_compressionLevel?: number };
}

/** Names for the hello, best first. */
export function compressionNames(zlib: Zlib): string[] {
  return zlib.zstdCompressSync === undefined ? ["brotli"] : ["zstd", "brotli"];
}

/**
 * Level 1 of either: on source code both make a quarter of it; zstd at 390 MB/s and back at 1100, brotli at 300 and 480.
 * gzip is at 160 and 410, and makes more of it.
 */
export function codecOf(name: string, zlib: Zlib): Codec | undefined {
  if (name === "brotli") {
    const quality = zlib.constants.BROTLI_PARAM_QUALITY;
    return {
      encode: (bytes) => zlib.brotliCompressSync(bytes, { params: { [quality]: 1 }, ...packed(bytes) }),
      decode: (bytes, maxOutputLength) =>
        zlib.brotliDecompressSync(bytes, { maxOutputLength, ...unpacked(bytes) }),
    };
  }
  const { zstdCompressSync: compress, zstdDecompressSync: decompress } = zlib;
  const level = zlib.constants.ZSTD_c_compressionLevel;
  if (name !== "zstd" || compress === undefined || decompress === undefined || level === undefined)
    return undefined;
  return {
    encode: (bytes) => compress(bytes, { params: { [level]: 1 }, ...packed(bytes) }),
    decode: (bytes, maxOutputLength) => decompress(bytes, { maxOutputLength, ...unpacked(bytes) }),
  };
}

/** The answer of zlib comes in pieces: as few as may be, since each is memory of its own and all are joined. */
function pieces(expected: number): Pieces {
  return { chunkSize: Math.min(Math.max(expected, 16 * 1024), 4 * 1024 * 1024) };
}

const packed = (bytes: Uint8Array): Pieces => pieces(bytes.length >> 1);
const unpacked = (bytes: Uint8Array): Pieces => pieces(bytes.length * 6);
