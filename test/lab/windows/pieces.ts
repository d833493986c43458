/**
 * What the two halves of the lab's Windows host say to each other: pieces of one kind, u8 kind and u32 length before the
 * bytes. To Wine: `command` once, then `stdin`, an empty one at its end. Back: `stdout`, `stderr`, and `exit` at last.
 */
export const kinds = { command: 0, stdin: 1, stdout: 2, stderr: 3, exit: 4 } as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

const headBytes = 5;

export function piece(kind: Kind, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(kind);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Cuts what arrives back into pieces. */
export function pieceReader(take: (kind: Kind, bytes: Buffer) => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0);
  return (chunk) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= headBytes) {
      const end = headBytes + held.readUInt32BE(1);
      if (held.length < end) return;
      const bytes = held.subarray(headBytes, end);
      const kind = held.readUInt8() as Kind;
      held = held.subarray(end);
      take(kind, bytes);
    }
  };
}
