import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

/** Below this, a compressor for each file costs more than it saves; these are most files, and a tenth of the bytes. */
const WORTH_IT_BYTES = 4000;
/** How much a host's answer may unfold to: far more than the details of the largest file that is measured. */
export const MOST_UNPACKED_BYTES = 2 ** 29;
/** What every Zstandard frame begins with; details begin with a quote. */
const FRAME_START = 0x28;

/**
 * Details are compressed where they are made: they are most of the bytes, and only detailed reports read them. A Node
 * without Zstandard (before 22.15) leaves them as they are, and whoever keeps them packs them then: packing what is
 * packed changes nothing. The result has memory of its own and no more than it needs.
 */
export function packDetails(details: Uint8Array): Uint8Array {
  if (details.length < WORTH_IT_BYTES || isPacked(details) || typeof zstdCompressSync !== "function")
    return new Uint8Array(details);
  return new Uint8Array(zstdCompressSync(details, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }));
}

/** `"functions":[…],"symbols":[…]` of one file, UTF-8. Throws on bytes that `packDetails` did not make. */
export function unpackDetails(packed: Uint8Array): Uint8Array {
  return isPacked(packed) ? zstdDecompressSync(packed, { maxOutputLength: MOST_UNPACKED_BYTES }) : packed;
}

/** Whether details have to be unpacked; small ones lie there as they are. */
export function isPacked(details: Uint8Array): boolean {
  return details[0] === FRAME_START;
}
