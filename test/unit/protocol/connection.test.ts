import { setImmediate as nextTurn } from "node:timers/promises";
import zlib from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AgentMessage,
  codecOf,
  Connection,
  type ControllerMessage,
  encodeFrame,
  frameTypes,
  parseAgentMessage,
  parseControllerMessage,
  ProtocolError,
  streamWindow,
} from "#protocol";

interface End<In, Out> {
  connection: Connection<In, Out>;
  messages: { message: In; body: Uint8Array }[];
  broken: Error[];
}

type Controller = End<AgentMessage, ControllerMessage>;
type Agent = End<ControllerMessage, AgentMessage>;

/** Two connections back to back; `recut` may change what travels, chunk by chunk. */
function pair(recut: (bytes: Uint8Array) => Uint8Array[] = (bytes) => [bytes]): {
  controller: Controller;
  agent: Agent;
} {
  const carry =
    (to: () => { receive(bytes: Uint8Array): void }) =>
    (chunks: readonly Uint8Array[]): boolean => {
      const bytes = Buffer.concat(chunks);
      setImmediate(() => {
        for (const chunk of recut(bytes)) to().receive(chunk);
      });
      return true;
    };
  const controller: Controller = {
    messages: [],
    broken: [],
    connection: new Connection({
      parse: parseAgentMessage,
      write: carry(() => agent.connection),
      onMessage: (message, body) => void controller.messages.push({ message, body: body.slice() }),
      onBroken: (error) => controller.broken.push(error),
    }),
  };
  const agent: Agent = {
    messages: [],
    broken: [],
    connection: new Connection({
      parse: parseControllerMessage,
      write: carry(() => controller.connection),
      onMessage: (message, body) => void agent.messages.push({ message, body: body.slice() }),
      onBroken: (error) => agent.broken.push(error),
    }),
  };
  return { controller, agent };
}

async function settle(turns = 50): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await nextTurn();
}

const lease = { type: "lease" as const, pool: 1, unit: "u", attempt: 1, epoch: 1, blobs: [] };

describe("messages", () => {
  test("arrive in order with their bodies, over any chunking, compressed or not", async () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 200_000, size: "max" }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        bodies,
        fc.integer({ min: 1, max: 100_000 }),
        fc.constantFrom("none", "brotli", "zstd"),
        async (sent, size, name) => {
          const { controller, agent } = pair((bytes) => {
            const chunks = [];
            for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
            return chunks;
          });
          for (const { connection } of [controller, agent]) connection.useCodec(codecOf(name, zlib));
          sent.forEach((body, index) => controller.connection.send({ ...lease, lease: index }, body));
          await settle(20);
          expect(agent.broken).toEqual([]);
          expect(agent.messages.map(({ message }) => "lease" in message && message.lease)).toEqual(
            sent.map((_, index) => index),
          );
          agent.messages.forEach(({ body }, index) => expect(Buffer.compare(body, sent[index]!)).toBe(0));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("whose fields are of the wrong kind end the connection with the field's name", async () => {
    const { controller, agent } = pair();
    controller.connection.send({ ...lease, lease: "one" } as unknown as ControllerMessage);
    await settle();
    expect(agent.broken).toEqual([new ProtocolError('"lease" of a lease message is not a count')]);
  });

  test("of a newer version may have fields that we do not know, and types that we refuse", async () => {
    const { controller, agent } = pair();
    controller.connection.send({ type: "bye", politely: true } as unknown as ControllerMessage);
    controller.connection.send({ type: "dance" } as unknown as ControllerMessage);
    await settle();
    expect(agent.messages).toHaveLength(1);
    expect(agent.broken[0]?.message).toMatch(/unknown message "dance"/);
  });

  test("that are larger than all that may be under way pass nevertheless", async () => {
    const { controller, agent } = pair();
    for (const number of [1, 2, 3])
      controller.connection.send({ ...lease, lease: number }, new Uint8Array(20 * 1024 * 1024));
    await settle(200);
    expect(agent.messages.map(({ body }) => body.length)).toEqual([1, 2, 3].map(() => 20 * 1024 * 1024));
  });
});

describe("streams", () => {
  test("stop at their window until the reader has taken what is there, and hold up nothing else", async () => {
    const { controller, agent } = pair();
    const { promise: taken, resolve: release } = Promise.withResolvers<void>();
    let received = 0;
    agent.connection.openStream(4, {
      data: (bytes) => {
        received += bytes.length;
        return taken;
      },
    });
    const stream = controller.connection.openStream(4, { data: () => undefined });
    let written = false;
    void stream.write(new Uint8Array(3 * streamWindow)).then(() => (written = true));
    await settle();
    expect({ received, written }).toEqual({ received: streamWindow, written: false });
    controller.connection.send({ type: "bye" });
    await settle();
    expect(agent.messages).toHaveLength(1);
    release();
    await settle();
    expect({ received, written }).toEqual({ received: 3 * streamWindow, written: true });
  });

  test("end in each direction by itself, and tell of a reset", async () => {
    const { controller, agent } = pair();
    const seen: string[] = [];
    const far = agent.connection.openStream(4, {
      data: (bytes) => void seen.push(`data ${bytes.length}`),
      end: () => seen.push("end"),
    });
    const near = controller.connection.openStream(4, {
      data: (bytes) => void seen.push(`back ${bytes.length}`),
      reset: (reason) => seen.push(`reset: ${reason}`),
    });
    void near.write(new Uint8Array(3));
    near.end();
    await settle();
    void far.write(new Uint8Array(5));
    await settle();
    far.reset("enough");
    await settle();
    expect(seen).toEqual(["data 3", "end", "back 5", "reset: enough"]);
  });

  test("that ignore the window, go on after their end or get too much credit break the connection", async () => {
    const piece = encodeFrame(frameTypes.data, 4, false, new Uint8Array(64 * 1024));
    const end = encodeFrame(frameTypes.end, 4, false, new Uint8Array(0));
    const credit = encodeFrame(frameTypes.credit, 4, false, Uint8Array.of(0, 1, 0, 0));
    for (const frames of [Array.from({ length: 17 }, () => piece), [end, piece], [end, end], [credit]]) {
      const { agent } = pair();
      agent.connection.openStream(4, { data: () => new Promise(() => undefined) });
      for (const frame of frames) agent.connection.receive(frame);
      expect(agent.broken).toEqual([expect.any(ProtocolError)]);
    }
  });
});

test("an end that is fed anything at all breaks at most once, clearly, and then is quiet", async () => {
  const valid: Uint8Array[] = [];
  const recorder = new Connection<AgentMessage, ControllerMessage>({
    parse: parseAgentMessage,
    write: (chunks) => (valid.push(Buffer.concat(chunks)), true),
    onMessage: () => undefined,
    onBroken: () => undefined,
  });
  recorder.send({ ...lease, lease: 1 }, new Uint8Array(150_000));
  recorder.send({ type: "bye" });
  await settle();
  const recorded = Buffer.concat(valid);
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    // Parts of a real conversation: cut, repeated, in the wrong order.
    fc
      .tuple(fc.nat(recorded.length), fc.nat(70_000))
      .map(([from, length]) => recorded.subarray(from, from + length)),
    fc.constantFrom(recorded.subarray(0, 9), recorded.subarray(0, 65_545), recorded.subarray(65_545)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const broken: Error[] = [];
      const connection = new Connection<ControllerMessage, AgentMessage>({
        parse: parseControllerMessage,
        write: () => true,
        onMessage: () => undefined,
        onBroken: (error) => broken.push(error),
      });
      for (const each of pieces) connection.receive(each);
      expect(broken.length).toBeLessThanOrEqual(1);
      for (const error of broken) expect(error).toBeInstanceOf(ProtocolError);
    }),
    { numRuns: 500 },
  );
});

test("a small frame cannot unfold to a huge one", () => {
  const bomb = zlib.brotliCompressSync(new Uint8Array(1024 * 1024));
  const { agent } = pair();
  agent.connection.useCodec(codecOf("brotli", zlib));
  agent.connection.openStream(4, { data: () => undefined });
  agent.connection.receive(encodeFrame(frameTypes.data, 4, true, bomb));
  expect(agent.broken).toHaveLength(1);
});
