import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { describe, expect, test } from "vitest";
import { ChunkedWriter } from "../../../../src/analysis/report/chunked-writer.ts";

/** Takes one write at a time, each in a later turn. */
class Slow extends Writable {
  readonly pieces: string[] = [];
  most = 0;
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.most = Math.max(this.most, this.writableLength);
    setImmediate(() => {
      this.pieces.push(chunk.toString());
      done();
    });
  }
}

async function written(out: ChunkedWriter, stream: Slow): Promise<string> {
  await out.flush();
  stream.end();
  await finished(stream);
  return stream.pieces.join("");
}

const never = new AbortController().signal;

describe("a chunked writer", () => {
  test("writes text and bytes in the order they came, whatever their size", async () => {
    const stream = new Slow();
    const out = new ChunkedWriter(stream, never);
    const parts = ["a", "é".repeat(200_000), "b", "😀", "c".repeat(90_000), "d".repeat(300_000), "e"];
    for (const [at, part] of parts.entries()) {
      if (at % 2 === 0) out.text(part);
      else out.bytes(Buffer.from(part));
    }
    expect(await written(out, stream)).toBe(parts.join(""));
  });

  test("lets no more gather than the stream has not taken yet", async () => {
    const stream = new Slow();
    const out = new ChunkedWriter(stream, never);
    for (let line = 0; line < 20_000; line++) {
      out.text(`${"x".repeat(100)}\n`);
      if (out.isAhead) await out.pace();
    }
    await out.flush();
    expect(stream.most).toBeLessThan(600_000);
  });

  test("writes arrays an element a line, also empty ones", async () => {
    const stream = new Slow();
    const out = new ChunkedWriter(stream, never);
    await out.array("some", [1, { two: 2 }]);
    await out.array("none", [], "");
    expect(await written(out, stream)).toBe('"some":[\n1,\n{"two":2}],\n"none":[]');
  });

  test("stops waiting when the run is cancelled", async () => {
    const stuck = new Writable({ write: () => undefined });
    const cancel = new AbortController();
    const out = new ChunkedWriter(stuck, cancel.signal);
    out.text("x".repeat(80_000));
    const flushed = out.flush();
    cancel.abort(new Error("cancelled"));
    await expect(flushed).rejects.toThrow();
  });
});
