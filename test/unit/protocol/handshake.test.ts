import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Hello, helloLine, LineScanner, negotiate, parseHello, ProtocolError } from "#protocol";

const hello: Hello = {
  protocols: [1],
  program: "/usr/bin/node",
  home: "/home/a/.cache/caelum/agent",
  compression: ["brotli"],
  node: "20.0.0",
  pid: 1,
  platform: "linux",
  arch: "x64",
  cores: 2,
  memory: 1,
};
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("the agent's first line", () => {
  test("is found behind any noise and in any chunks, and what follows is not lost", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 2000 }),
        fc.uint8Array(),
        fc.integer({ min: 1, max: 50 }),
        (noise, after, size) => {
          const bytes = Buffer.concat([encode(noise), encode(helloLine("n0nce", hello)), after]);
          const scanner = new LineScanner("n0nce");
          for (let at = 0; at < bytes.length; at += size) {
            const found = scanner.push(bytes.subarray(at, at + size));
            if (found === undefined) continue;
            expect(found.line.word).toBe("HELLO");
            expect(parseHello(found.line.rest)).toEqual(hello);
            expect(Buffer.concat([found.rest, bytes.subarray(at + size)])).toEqual(Buffer.from(after));
            return;
          }
          expect.unreachable("the line was not found");
        },
      ),
    );
  });

  test("of another start is not ours", () => {
    expect(new LineScanner("mine").push(encode(helloLine("other", hello)))).toBeUndefined();
  });

  test("is not waited for beyond 64 KiB of noise, and the noise is told without control characters", () => {
    const scanner = new LineScanner("n");
    expect(scanner.push(encode("\u001b[31mWelcome\u001b[0m\n"))).toBeUndefined();
    expect(scanner.noise).toBe("[31mWelcome[0m\n");
    expect(() => scanner.push(new Uint8Array(65 * 1024))).toThrow(ProtocolError);
  });

  test("that is no hello is refused field by field", () => {
    for (const text of [
      "",
      "[]",
      "{}",
      '{"protocols":[1],"compression":[]}',
      JSON.stringify({ ...hello, pid: "1" }),
    ]) {
      expect(() => parseHello(text)).toThrow(ProtocolError);
    }
  });
});

describe("negotiation", () => {
  test("takes the best compression that both have", () => {
    expect(
      negotiate({ ...hello, compression: ["brotli", "zstd"] }, { compression: ["zstd", "brotli"] })
        .compression,
    ).toBe("zstd");
    expect(negotiate(hello, { compression: ["zstd", "brotli"] }).compression).toBe("brotli");
    expect(negotiate(hello, { compression: [] }).compression).toBe("none");
  });

  test("refuses an agent that shares no version, and names both sides", () => {
    expect(() => negotiate({ ...hello, protocols: [7, 8] }, { compression: [] })).toThrow(
      /protocol 7, 8, we speak 1/,
    );
  });
});
