import type { AgentMessage, ByteStream, StreamHandlers } from "#protocol";
import type { BlobStore } from "./blob-store.ts";
import { AgentFailure } from "./failure.ts";

type OpenStream = (id: number, handlers: StreamHandlers) => ByteStream;
type Send = (message: AgentMessage) => void;

/** Content in the message's own body, or, when that would be too long, on a stream that we ask for first. */
export async function putBlob(
  store: BlobStore,
  request: { call: number; sha: string; stream?: number },
  body: Uint8Array,
  openStream: OpenStream,
  send: Send,
): Promise<void> {
  if (request.stream === undefined) return store.put(request.sha, body);
  const writer = await store.writer(request.sha);
  await new Promise<void>((resolve, reject) => {
    const stream = openStream(request.stream ?? 0, {
      data: (bytes) => writer.write(bytes).catch((error: unknown) => reject(error)),
      end: () => {
        stream.end();
        writer.finish().then(resolve, reject);
      },
      reset: (reason) => {
        writer.drop();
        reject(new AgentFailure("interrupted", reason));
      },
    });
    send({ type: "opened", call: request.call });
  });
}

export async function getBlob(
  store: BlobStore,
  request: { call: number; sha: string; stream: number },
  openStream: OpenStream,
  send: Send,
): Promise<void> {
  const { size, chunks } = await store.read(request.sha);
  send({ type: "blob.found", call: request.call, size });
  let given = false;
  const stream = openStream(request.stream, {
    data: () => undefined,
    reset: () => {
      given = true;
    },
  });
  for await (const chunk of chunks) {
    if (given) return;
    await stream.write(chunk);
  }
  stream.end();
}
