import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeFrame, type Frame, FrameDecoder, maxPayload, ProtocolError } from "#protocol";

const frame = fc.record({
  type: fc.integer({ min: 1, max: 7 }),
  id: fc.integer({ min: 0, max: 0xffffffff }),
  compressed: fc.boolean(),
  payload: fc.uint8Array({ maxLength: 300 }),
});

function decode(chunks: readonly Uint8Array[], decoder = new FrameDecoder()): Frame[] {
  const frames: Frame[] = [];
  // Views are copied, as every reader that keeps them must.
  for (const chunk of chunks)
    decoder.push(chunk, (each) => frames.push({ ...each, payload: new Uint8Array(each.payload) }));
  return frames;
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let offset = 0;
  for (const size of sizes) {
    chunks.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  chunks.push(bytes.subarray(offset));
  return chunks;
}

describe("frames", () => {
  test("come out as they went in, whatever the chunks they arrive in", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.array(fc.nat(40)), (frames, sizes) => {
        const bytes = Buffer.concat(
          frames.map((each) => encodeFrame(each.type, each.id, each.compressed, each.payload)),
        );
        expect(decode(cut(bytes, sizes))).toEqual(frames);
      }),
    );
  });

  test("that are cut off give nothing and are known to be unfinished", () => {
    fc.assert(
      fc.property(frame, fc.nat(), (each, at) => {
        const bytes = encodeFrame(each.type, each.id, false, each.payload);
        const kept = at % bytes.length;
        const decoder = new FrameDecoder();
        expect(decode([bytes.subarray(0, kept)], decoder)).toEqual([]);
        expect(decoder.pendingBytes).toBe(kept);
      }),
    );
  });

  test("may be as long as allowed and no longer, and an oversized one is refused before its bytes come", () => {
    const longest = encodeFrame(1, 7, false, new Uint8Array(maxPayload));
    expect(decode([longest])).toHaveLength(1);
    const header = longest.slice(0, 9);
    new DataView(header.buffer).setUint32(0, maxPayload + 6);
    expect(() => decode([header])).toThrow(ProtocolError);
    new DataView(header.buffer).setUint32(0, 4);
    expect(() => decode([header])).toThrow(/0 to 65536 are allowed/);
  });

  test("of an unknown type are refused", () => {
    for (const type of [0, 8, 0x7f])
      expect(() => decode([encodeFrame(type, 0, false, new Uint8Array(0))])).toThrow(ProtocolError);
  });

  test("garbage gives frames or one clear error, and is never held beyond one frame", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 20 }), (chunks) => {
        const decoder = new FrameDecoder();
        try {
          decode(chunks, decoder);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
        expect(decoder.pendingBytes).toBeLessThanOrEqual(maxPayload + 9 + 2000);
      }),
    );
  });
});
