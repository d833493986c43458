import { randomBytes } from "node:crypto";
import http from "node:http";
import type { Duplex } from "node:stream";

interface Answer {
  id?: number;
  method?: string;
  params?: unknown;
  result?: unknown;
}

/**
 * A connection to Node's inspector: JSON over a WebSocket (RFC 6455), as much of it as Node speaks. Node 20 has no
 * WebSocket of its own that could be used here.
 */
export class Inspector {
  readonly #socket: Duplex;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #events = new Map<string, (params: unknown) => void>();
  #buffer = Buffer.alloc(0);
  #message: Buffer[] = [];
  #lastId = 0;

  private constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => this.#take(bytes));
    socket.on("error", () => {});
  }

  static connect(url: string): Promise<Inspector> {
    const { hostname, port, pathname } = new URL(url);
    return new Promise((resolve, reject) => {
      const request = http.get({
        hostname,
        port,
        path: pathname,
        headers: {
          Connection: "Upgrade",
          Upgrade: "websocket",
          "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
        },
        timeout: 1000,
      });
      request.on("upgrade", (_response, socket) => resolve(new Inspector(socket)));
      request.on("response", () => reject(new Error("the inspector did not upgrade")));
      request.on("timeout", () => request.destroy(new Error("the inspector did not answer")));
      request.on("error", reject);
    });
  }

  /** Undefined if there is no answer in this time: a busy thread answers only some questions. */
  ask(method: string, params: object, withinMs: number): Promise<unknown> {
    const id = (this.#lastId += 1);
    return within(withinMs, (done) => {
      this.#answers.set(id, done);
      this.#send(JSON.stringify({ id, method, params }));
    });
  }

  /** Calls back with what each event of this name brings. */
  on(event: string, take: (params: unknown) => void): void {
    this.#events.set(event, take);
  }

  /** Sends a request and waits for an event instead of the answer. */
  awaitEvent(event: string, method: string, withinMs: number): Promise<unknown> {
    return within(withinMs, (done) => {
      this.#events.set(event, done);
      this.#send(JSON.stringify({ id: (this.#lastId += 1), method }));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(text: string): void {
    const payload = Buffer.from(text);
    const mask = randomBytes(4);
    for (let index = 0; index < payload.length; index += 1) {
      payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
    }
    const short = payload.length < 126;
    const head = Buffer.alloc(short ? 2 : 4);
    head[0] = 0x81;
    head[1] = 0x80 | (short ? payload.length : 126);
    if (!short) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, mask, payload]));
  }

  #take(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const [first, second] = this.#buffer;
      if (first === undefined || second === undefined) return;
      const short = second & 0x7f;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#buffer.length < head) return;
      const length =
        short < 126
          ? short
          : short === 126
            ? this.#buffer.readUInt16BE(2)
            : Number(this.#buffer.readBigUInt64BE(2));
      if (this.#buffer.length < head + length) return;
      const isText = [0, 1].includes(first & 0x0f);
      if (isText) this.#message.push(this.#buffer.subarray(head, head + length));
      this.#buffer = this.#buffer.subarray(head + length);
      if (isText && (first & 0x80) !== 0) this.#read(Buffer.concat(this.#message.splice(0)).toString("utf8"));
    }
  }

  #read(text: string): void {
    const { id, method, params, result } = JSON.parse(text) as Answer;
    if (id !== undefined) this.#answers.get(id)?.(result);
    else if (method !== undefined) this.#events.get(method)?.(params);
  }
}

function within(ms: number, begin: (done: (value: unknown) => void) => void): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    begin((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
