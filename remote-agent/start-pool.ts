import { type AgentMessage, type ControllerMessage, type FileReference, workerProtocol } from "#protocol";
import type { BlobStore } from "./blob-store.ts";
import type { Children } from "./children.ts";
import { AgentFailure, readVerified } from "./failure.ts";
import { watchRelayed } from "./relayed-garbage.ts";
import { WorkerPool } from "./worker-pool.ts";

interface PoolPort {
  store: BlobStore;
  children: Children;
  send: (message: AgentMessage, body?: Uint8Array) => void;
}

const maxSlots = 256;

/** Verifies the bundle and its assets, then starts the processes. Throws an AgentFailure if anything is not right. */
export async function startPool(
  message: ControllerMessage & { type: "workers.start" },
  { store, children, send }: PoolPort,
): Promise<WorkerPool> {
  const { pool, slots, memoryMb, env } = message;
  if (slots < 1 || slots > maxSlots)
    throw new AgentFailure("slots", `${slots} workers: 1 to ${maxSlots} are possible`);
  const [bundle] = message.bundle;
  if (bundle === undefined) throw new AgentFailure("bundle", "no bundle was named");
  const pathOf = (file: FileReference): string => file.path ?? store.path(file.sha);
  const [source] = await Promise.all([
    readVerified(pathOf(bundle), bundle.sha, bundle.name),
    ...message.assets.map((asset) => readVerified(pathOf(asset), asset.sha, asset.name)),
  ]);
  const relayed = watchRelayed();
  return new WorkerPool({
    slots,
    boot: {
      type: "boot",
      protocol: workerProtocol,
      source,
      name: bundle.name,
      blobs: store.folder,
      assets: Object.fromEntries(message.assets.map((asset) => [asset.name, pathOf(asset)])),
      params: message.params,
    },
    readable: message.readable,
    memoryMb,
    env,
    children,
    hasBlob: (sha) => store.has(sha),
    onResult: ({ lease, unit, attempt, epoch }, bytes, ms) => {
      send({ type: "result", lease, unit, attempt, epoch, ms }, bytes);
      relayed(bytes.byteLength);
    },
    onRefused: ({ lease, unit, attempt, epoch }, reason, text) => {
      send({ type: "refused", lease, unit, attempt, epoch, reason, message: text });
    },
    onWorkerLost: (slot, unit, reason) => {
      send({ type: "worker.lost", pool, slot, reason, ...(unit === undefined ? {} : { unit }) });
    },
  });
}
