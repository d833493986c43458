import { isAscii, isUtf8 } from "node:buffer";

export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "latin1";

/** As git does: a NUL among the first bytes means that it is not text. */
const sniffed = 8000;

/**
 * How to read a file's bytes as text; undefined = it is not text. A UTF-16 needs its byte order mark. What is not
 * valid UTF-8 is taken for Latin-1, which maps every byte to one character and thus cannot fail.
 */
export function textEncoding(content: Uint8Array): TextEncoding | undefined {
  const [first, second, third, fourth] = content;
  // UTF-32's mark begins like UTF-16's; nobody writes sources in it.
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? undefined : "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const head = content.subarray(0, sniffed);
  if (head.includes(0)) return undefined;
  if (isUtf8(content)) return "utf-8";
  return isMostlyControls(head) ? undefined : "latin1";
}

/** Text without a byte order mark. */
export function decode(content: Uint8Array, encoding: TextEncoding): string {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  switch (encoding) {
    case "utf-8":
      // Most sources are ASCII: looking and copying take less than decoding.
      return isAscii(bytes) ? bytes.toString("latin1") : withoutMark(bytes.toString("utf8"));
    case "utf-16le":
      return withoutMark(bytes.toString("utf16le"));
    case "utf-16be": {
      const whole = bytes.length - (bytes.length % 2);
      return withoutMark(Buffer.from(bytes.subarray(0, whole)).swap16().toString("utf16le"));
    }
    case "latin1":
      return bytes.toString("latin1");
  }
}

function withoutMark(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** Compressed data without a NUL still has control characters, which no text encoding uses much. */
function isMostlyControls(head: Uint8Array): boolean {
  let controls = 0;
  for (const byte of head) if (byte < 0x20 && (byte < 0x07 || byte > 0x0d) && byte !== 0x1b) controls++;
  return controls * 20 > head.length;
}
