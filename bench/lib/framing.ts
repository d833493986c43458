import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  type AgentMessage,
  Connection,
  type ControllerMessage,
  parseAgentMessage,
  readInto,
  writerTo,
} from "#protocol";
import type { Figures } from "./print.ts";

/** Bytes between two questions whether all has arrived: less than a connection would hold back. */
const batchBytes = 8_000_000;

/** Messages through a pipe to another process, which takes them apart as an agent does. */
export async function framing(): Promise<Figures> {
  return {
    "4 KB messages, each s": await throughput(4096, 120_000),
    "2 MB chunks, MB/s": ((await throughput(2_000_000, 600)) * 2_000_000) / 1e6,
  };
}

/** Messages each second. */
async function throughput(bodyBytes: number, count: number): Promise<number> {
  const sink = spawn(process.execPath, [fileURLToPath(import.meta.resolve("./frame-sink.ts"))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let arrived: (() => void) | undefined;
  const connection = new Connection<AgentMessage, ControllerMessage>({
    parse: parseAgentMessage,
    write: writerTo(sink.stdin),
    onMessage: () => arrived?.(),
    onBroken: (error) => {
      throw error;
    },
  });
  readInto(connection, sink.stdout, sink.stdin);
  const body = new Uint8Array(bodyBytes).fill(97);
  const sha = "0".repeat(64);
  const batch = Math.max(1, Math.floor(batchBytes / bodyBytes));
  const send = async (messages: number): Promise<void> => {
    for (let sent = 0; sent < messages; sent += batch) {
      for (let index = 0; index < batch; index++) connection.send({ type: "blob.put", call: 1, sha }, body);
      const { promise, resolve } = Promise.withResolvers<void>();
      arrived = resolve;
      connection.send({ type: "facts", call: 2 });
      await promise;
    }
  };
  await send(count / 10);
  const startedAt = performance.now();
  await send(count);
  const ms = performance.now() - startedAt;
  connection.send({ type: "bye" });
  await once(sink, "exit");
  return (Math.ceil(count / batch) * batch * 1000) / ms;
}
