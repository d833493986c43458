import { promisify } from "node:util";
import zlib from "node:zlib";

const gzip = promisify(zlib.gzip);
const zstd = promisify(zlib.zstdCompress);
/** The answer comes in pieces of this size: one or two instead of a hundred. */
const chunkSize = 512 * 1024;

/** Beside this thread, which reads the next files meanwhile. The levels are those of `codecOf`, which undoes it. */
export async function compressPack(compression: string, pack: Uint8Array): Promise<Uint8Array> {
  if (compression === "zstd")
    return zstd(pack, { chunkSize, params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } });
  if (compression === "gzip") return gzip(pack, { chunkSize, level: 1 });
  return pack;
}
