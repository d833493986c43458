import { array, assert, asyncProperty, nat, oneof } from "fast-check";
import { describe, expect, test } from "vitest";
import { packDetails, unpackDetails } from "../../../../src/analysis/file/pack-details.ts";
import { unpackInOrder } from "../../../../src/analysis/file/unpack-in-order.ts";

/** As long as asked for, and not all the same. */
function detailsOf(length: number): Buffer {
  const numbers = Array.from({ length: Math.ceil(length / 6) }, (_, at) => (at * 7919) % 99_991);
  return Buffer.from(`"functions":[${numbers.join(",")}]`);
}

async function read(packed: readonly Uint8Array[], mostBytes?: number): Promise<string[]> {
  const texts: string[] = [];
  for await (const bytes of unpackInOrder(packed, mostBytes)) texts.push(Buffer.from(bytes).toString());
  return texts;
}

describe("details that are unpacked in order", () => {
  test("are what each is by itself, small or large, whatever comes before and behind", async () => {
    const lengths = array(oneof(nat(9000), nat(600_000)), { maxLength: 40 });
    await assert(
      asyncProperty(lengths, async (some) => {
        const packed = some.map((length) => packDetails(detailsOf(length)));
        const alone = packed.map((one) => Buffer.from(unpackDetails(one)).toString());
        expect(await read(packed)).toEqual(alone);
      }),
      { numRuns: 15 },
    );
  });

  test.each([
    ["is cut off", (frame: Uint8Array) => frame.subarray(0, frame.length - 40)],
    ["is no frame", () => Buffer.from("(functions)")],
  ])("are refused from the one on that %s", async (_, damage) => {
    const whole = packDetails(detailsOf(50_000));
    const seen: number[] = [];
    const reading = (async () => {
      for await (const bytes of unpackInOrder([whole, damage(whole), whole])) seen.push(bytes.length);
    })();
    await expect(reading).rejects.toThrow();
    expect(seen).toEqual([unpackDetails(whole).length]);
  });

  test("may not unfold to more than any file has", async () => {
    const packed = packDetails(Buffer.from(`"functions":[${" ".repeat(900_000)}]`));
    await expect(read([packed], 500_000)).rejects.toThrow("unfold");
  });

  test("can be left in the middle", async () => {
    const packed = Array.from({ length: 100 }, () => packDetails(detailsOf(50_000)));
    for await (const bytes of unpackInOrder(packed)) {
      expect(bytes.length).toBeGreaterThan(0);
      break;
    }
  });
});
