import { describe, expect, test } from "vitest";
import { packDetails, unpackDetails } from "../../../../src/analysis/file/pack-details.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("packed details", () => {
  test.each([
    ["of a file with nothing in it", '"functions":[],"symbols":[]'],
    ["of many functions", `"functions":[${'{"name":"é"},'.repeat(5000)}]`],
  ])("%s come back as they were", (_, text) => {
    const packed = packDetails(bytes(text));
    expect(Buffer.from(unpackDetails(packed)).toString()).toBe(text);
    expect(Buffer.from(packDetails(packed))).toEqual(Buffer.from(packed));
  });

  test("are smaller where there is much, and keep no memory but their own", () => {
    const text = '"functions":[]'.repeat(1000);
    const packed = packDetails(bytes(text));
    expect(packed.length).toBeLessThan(text.length / 10);
    expect(packed.buffer.byteLength).toBe(packed.length);
    const small = packDetails(bytes("x".repeat(10)));
    expect(small.buffer.byteLength).toBe(10);
  });

  test("that nobody packed are refused", () => {
    expect(() => unpackDetails(bytes("(no frame"))).toThrow();
  });
});
