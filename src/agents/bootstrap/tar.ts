const block = 512;

/**
 * The bytes of one file in a tar archive, as they stream by (POSIX ustar, as npm writes it). Throws if the archive
 * ends without it.
 */
export async function* fileInTar(
  archive: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  // Bytes still to pass of the current entry, and whether they are wanted.
  let left = 0;
  let padding = 0;
  let wanted = false;
  for await (const chunk of archive) {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    for (;;) {
      if (left > 0) {
        const part = held.subarray(0, left);
        if (part.length === 0) break;
        left -= part.length;
        held = held.subarray(part.length);
        if (wanted) yield part;
        if (wanted && left === 0) return;
      } else if (padding > 0) {
        const skipped = Math.min(padding, held.length);
        if (skipped === 0) break;
        padding -= skipped;
        held = held.subarray(skipped);
      } else {
        if (held.length < block) break;
        const header = held.subarray(0, block);
        held = held.subarray(block);
        const size = Number.parseInt(textOf(header, 124, 12), 8) || 0;
        left = size;
        padding = (block - (size % block)) % block;
        wanted = entryName(header) === name;
      }
    }
  }
  throw new Error(`the archive holds no ${name}`);
}

function entryName(header: Buffer): string {
  const prefix = textOf(header, 345, 155);
  const name = textOf(header, 0, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}

function textOf(header: Buffer, offset: number, length: number): string {
  const field = header.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end).trim();
}
