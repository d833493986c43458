import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { AgentMessage, Connection, ControllerMessage } from "#protocol";
import type { Calls } from "./calls.ts";
import { AgentRequestError } from "./errors.ts";

/** Content of at most this size travels in a message of its own; longer content on a stream. */
const inlineBytes = 4 * 1024 * 1024;

/** Content to be put on a host. */
export type Blob = { sha: string; bytes: Uint8Array } | { sha: string; path: string };

/** Content that was wanted on a host, in bytes before compression. */
export interface Transfer {
  sent: number;
  /** Not sent, since the host had it. */
  saved: number;
}

interface ContentPort {
  host: string;
  calls: Calls;
  nextStream(): number;
  /** Why the session is over, if it is. */
  failure(): Error | undefined;
}

/** What a host keeps by hash, seen from here: only what it lacks is sent. */
export class Content {
  readonly transfer: Transfer = { sent: 0, saved: 0 };
  readonly #connection: Connection<AgentMessage, ControllerMessage>;
  readonly #port: ContentPort;

  constructor(connection: Connection<AgentMessage, ControllerMessage>, port: ContentPort) {
    this.#connection = connection;
    this.#port = port;
  }

  async missing(shas: readonly string[]): Promise<string[]> {
    if (shas.length === 0) return [];
    return this.#calling(async (call) => {
      this.#connection.send({ type: "blobs.has", call, shas: [...shas] });
      return (await this.#port.calls.next(call, "blobs.missing")).shas;
    });
  }

  async put(blobs: readonly Blob[]): Promise<{ sent: number; bytes: number }> {
    const missing = new Set(await this.missing(blobs.map((blob) => blob.sha)));
    const there: Blob[] = [];
    const wanted: Blob[] = [];
    for (const blob of blobs) (missing.delete(blob.sha) ? wanted : there).push(blob);
    const sizes = await Promise.all(wanted.map((blob) => this.#putOne(blob)));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    this.transfer.sent += bytes;
    for (const size of await Promise.all(there.map(sizeOf))) this.transfer.saved += size;
    return { sent: wanted.length, bytes };
  }

  async get(sha: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    const { host, calls } = this.#port;
    const stream = this.#port.nextStream();
    const complete = new Promise<void>((resolve, reject) => {
      this.#connection.openStream(stream, {
        data: (bytes) => void chunks.push(bytes),
        end: resolve,
        reset: (reason) => reject(this.#port.failure() ?? new AgentRequestError(host, "interrupted", reason)),
      });
    });
    complete.catch(() => undefined);
    await this.#calling(async (call) => {
      this.#connection.send({ type: "blob.get", call, sha, stream });
      await calls.next(call, "blob.found");
      await calls.next(call, "done");
    });
    await complete;
    return Buffer.concat(chunks);
  }

  async #putOne(blob: Blob): Promise<number> {
    const { sha } = blob;
    if ("path" in blob) {
      const { size } = await stat(blob.path);
      if (size > inlineBytes) {
        await this.#putOnStream(sha, createReadStream(blob.path, { highWaterMark: 256 * 1024 }));
        return size;
      }
    }
    const bytes = "bytes" in blob ? blob.bytes : await readFile(blob.path);
    if (bytes.length > inlineBytes) await this.#putOnStream(sha, [bytes]);
    else {
      await this.#calling(async (call) => {
        this.#connection.send({ type: "blob.put", call, sha }, bytes);
        await this.#port.calls.next(call, "done");
      });
    }
    return bytes.length;
  }

  async #putOnStream(sha: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
    const { calls } = this.#port;
    const id = this.#port.nextStream();
    const stream = this.#connection.openStream(id, { data: () => undefined });
    await this.#calling(async (call) => {
      try {
        this.#connection.send({ type: "blob.put", call, sha, stream: id });
        await calls.next(call, "opened");
        for await (const chunk of chunks) await stream.write(chunk);
        stream.end();
        await calls.next(call, "done");
      } catch (error) {
        stream.reset("given up");
        throw error;
      }
    });
  }

  /** A question that gets one answer or several. */
  async #calling<T>(work: (call: number) => Promise<T>): Promise<T> {
    const failure = this.#port.failure();
    if (failure !== undefined) throw failure;
    const { calls } = this.#port;
    const call = calls.begin();
    try {
      return await work(call);
    } finally {
      calls.end(call);
    }
  }
}

async function sizeOf(blob: Blob): Promise<number> {
  return "bytes" in blob ? blob.bytes.length : (await stat(blob.path)).size;
}
