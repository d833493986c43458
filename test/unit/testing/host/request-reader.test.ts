import { PassThrough } from "node:stream";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readRequests } from "../../../../src/testing/host/request-reader.ts";

test("requests and the bytes behind them arrive as they were sent, however the input is cut", () => {
  const sent = fc.array(fc.tuple(fc.string(), fc.option(fc.uint8Array({ maxLength: 50 }))), { maxLength: 8 });
  fc.assert(
    fc.property(sent, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (requests, cuts) => {
      const input = new PassThrough();
      const taken: [string, number[]][] = [];
      readRequests(input, (said, bytes) => void taken.push([(said as { text: string }).text, [...bytes]]));
      const whole = Buffer.concat(
        requests.flatMap(([text, bytes]) => [
          Buffer.from(`${JSON.stringify({ text, bytes: bytes?.length })}\n`),
          bytes ?? Buffer.alloc(0),
        ]),
      );
      for (let at = 0, cut = 0; at < whole.length; cut++) {
        const end = at + (cuts[cut % cuts.length] ?? 1);
        input.emit("data", whole.subarray(at, end));
        at = end;
      }
      expect(taken).toEqual(requests.map(([text, bytes]) => [text, [...(bytes ?? [])]]));
    }),
  );
});
