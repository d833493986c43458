import { mkdirSync, realpathSync } from "node:fs";
import os from "node:os";
import zlib from "node:zlib";
import {
  type AgentMessage,
  codecOf,
  compressionNames,
  Connection,
  type ControllerMessage,
  Heartbeat,
  helloLine,
  parseControllerMessage,
  protocolVersions,
  readInto,
  writerTo,
} from "#protocol";
import { BlobStore } from "./blob-store.ts";
import { getBlob, putBlob } from "./blob-transfer.ts";
import { Children } from "./children.ts";
import { Commands } from "./commands.ts";
import { hostFacts, vitals } from "./facts.ts";
import { AgentFailure, messageOf } from "./failure.ts";
import { tidy } from "./housekeeping.ts";
import { openTunnel } from "./tunnels.ts";
import type { WorkerPool } from "./worker-pool.ts";
import { startPool } from "./start-pool.ts";

/** Longer than any controller waits: whoever comes back after this has given us up already. */
const silenceMs = 15_000;
const vitalsMs = 2000;
const storeBytes = 4 * 1024 ** 3;

/**
 * An agent on stdin and stdout. It ends, and everything it started with it, when its input ends, when nothing came
 * for 15 seconds, when it is told `bye`, or by a signal.
 */
export function serve(nonce: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const home = realpathSync(folder);
  const children = new Children();
  const store = new BlobStore(home, storeBytes);
  const pools = new Map<number, WorkerPool>();

  function end(code: number): never {
    children.killAll();
    process.exit(code);
  }

  const connection = new Connection<ControllerMessage, AgentMessage>({
    parse: parseControllerMessage,
    write: writerTo(process.stdout),
    onMessage: (message, body) => receive(message, body),
    onBroken: (error) => {
      process.stderr.write(`caelum agent: ${error.message}\n`);
      end(1);
    },
  });
  const heartbeat = new Heartbeat({ beat: () => connection.beat(), onSilence: () => end(0), silenceMs });
  const send = (message: AgentMessage, body?: Uint8Array): void => connection.send(message, body);
  const openStream = connection.openStream.bind(connection);
  const commands = new Commands({ children, openStream, send });

  /** Runs what a question asks for, and says that it is done or why not. */
  async function answer(call: number, work: () => Promise<AgentMessage | void> | void): Promise<void> {
    try {
      send((await work()) ?? { type: "done", call });
    } catch (error) {
      const code = error instanceof AgentFailure ? error.code : "failed";
      send({ type: "failed", call, code, message: messageOf(error) });
    }
  }

  function receive(message: ControllerMessage, body: Uint8Array): void | Promise<void> {
    switch (message.type) {
      case "welcome":
        connection.useCodec(codecOf(message.compression, zlib));
        // Before anything is wanted of it: it may be too busy already.
        send({ type: "vitals", ...vitals(home) });
        return;
      case "facts":
        void answer(message.call, async () => ({
          type: "facts",
          call: message.call,
          facts: await hostFacts(home),
        }));
        return;
      case "workers.start":
        void answer(message.call, async () => {
          const pool = await startPool(message, { store, children, send });
          pools.set(message.pool, pool);
          await pool.started();
        });
        return;
      case "workers.stop":
        void answer(message.call, async () => {
          await pools.get(message.pool)?.stop();
          pools.delete(message.pool);
        });
        return;
      case "lease": {
        const { lease, unit, attempt, epoch, blobs, timeoutMs } = message;
        const pool = pools.get(message.pool);
        if (pool === undefined) {
          send({
            type: "refused",
            lease,
            unit,
            attempt,
            epoch,
            reason: "worker-broken",
            message: "no such workers",
          });
          return;
        }
        const timeout = timeoutMs === undefined ? {} : { timeoutMs };
        pool.lease({ lease, unit, attempt, epoch, blobs, payload: body, ...timeout });
        return;
      }
      case "lease.cancel":
        for (const pool of pools.values()) pool.cancel(message.lease);
        return;
      case "blobs.has": {
        const missing = message.shas.filter((sha) => !store.has(sha));
        send({ type: "blobs.missing", call: message.call, shas: missing });
        return;
      }
      case "blob.put":
        return answer(message.call, () => putBlob(store, message, body, openStream, send));
      case "blob.get":
        void answer(message.call, () => getBlob(store, message, openStream, send));
        return;
      case "command.start":
        commands.start(message);
        return;
      case "command.kill":
        commands.kill(message.call);
        return;
      case "tunnel":
        void answer(message.call, () => openTunnel(message, openStream));
        return;
      case "bye":
        end(0);
    }
  }

  process.stdin.on("data", () => heartbeat.heard());
  process.stdin.on("end", () => end(0));
  process.stdin.on("error", () => end(0));
  process.stdout.on("error", () => end(0));
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => end(0));
  process.on("exit", () => children.killAll());

  process.stdout.write(
    helloLine(nonce, {
      protocols: [...protocolVersions],
      compression: compressionNames(zlib),
      node: process.versions.node,
      pid: process.pid,
      program: process.execPath,
      home,
      platform: process.platform,
      arch: process.arch,
      cores: os.availableParallelism(),
      memory: os.totalmem(),
    }),
  );
  readInto(connection, process.stdin, process.stdout);
  void tidy(home, process.argv[1] ?? "");
  setInterval(() => send({ type: "vitals", ...vitals(home) }), vitalsMs);
}
