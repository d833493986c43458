import type { Readable } from "node:stream";

const newline = 10;
const nothing = Buffer.alloc(0);

/** Cuts an input into lines of JSON. Behind one that says `bytes` come so many raw ones, which belong to it. */
export function readRequests(input: Readable, take: (request: unknown, bytes: Buffer) => void): void {
  let parts: Buffer[] = [];
  let awaited: { request: unknown; left: number } | undefined;

  function joined(): Buffer {
    const whole = Buffer.concat(parts);
    parts = [];
    return whole;
  }

  function takeLine(): void {
    const request = JSON.parse(joined().toString("utf8")) as { bytes?: number };
    if ((request.bytes ?? 0) === 0) take(request, nothing);
    else awaited = { request, left: request.bytes ?? 0 };
  }

  input.on("data", (chunk: Buffer) => {
    let rest = chunk;
    while (rest.length > 0) {
      const end = awaited === undefined ? rest.indexOf(newline) : awaited.left;
      const part = end < 0 ? rest : rest.subarray(0, end);
      parts.push(part);
      rest = rest.subarray(part.length);
      if (awaited !== undefined) {
        awaited.left -= part.length;
        if (awaited.left > 0) continue;
        const { request } = awaited;
        awaited = undefined;
        take(request, joined());
      } else if (end >= 0) {
        rest = rest.subarray(1);
        takeLine();
      }
    }
  });
}
