import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { blobPath, type FromWorker, isSha, type ToWorker, type WorkerBoot, workerBootKey } from "#protocol";

export interface WorkerContext {
  /** What `startWorkers` was given as `params`; check it, it came from outside. */
  params: unknown;
  /** Name → path of the files that came with the bundle. */
  assets: ReadonlyMap<string, string>;
  /** Content by SHA-256, verified. Throws if it is not on this host: name it in the lease's `blobs`. */
  readBlob(sha: string): Promise<Uint8Array>;
  readBlobSync(sha: string): Uint8Array;
  /** Aborted when the unit is cancelled. Ignore it and the process is killed 200 ms later. */
  signal: AbortSignal;
}

export interface WorkerDefinition {
  /** Runs once in each process before the first unit; if it throws, the whole pool is broken. */
  init?(context: WorkerContext): void | Promise<void>;
  /** One unit at a time. What it throws is told to the caller as `unit-failed`; the process lives on. */
  unit(payload: Uint8Array, context: WorkerContext): Uint8Array | Promise<Uint8Array>;
}

/** Turns a bundle into a worker: call it once at the top level of the bundle's entry file. */
export function runWorker(definition: WorkerDefinition): void {
  const boot = (globalThis as Record<symbol, unknown>)[workerBootKey] as WorkerBoot | undefined;
  if (boot === undefined) throw new Error("a worker bundle runs inside a caelum agent only");
  const running = new Map<number, AbortController>();

  process.on("message", (message) => {
    const request = message as ToWorker;
    if (request.type === "cancel") running.get(request.lease)?.abort();
    if (request.type === "unit") void run(request.lease, request.payload);
  });

  async function run(lease: number, payload: Uint8Array): Promise<void> {
    const controller = new AbortController();
    running.set(lease, controller);
    const startedAt = performance.now();
    try {
      const bytes = await definition.unit(payload, contextOf(boot!, controller.signal));
      answer({ type: "result", lease, bytes, ms: performance.now() - startedAt });
    } catch (error) {
      answer({ type: "failed", lease, message: describe(error) });
    }
    running.delete(lease);
  }

  void initialise(definition, contextOf(boot, new AbortController().signal));
}

async function initialise(definition: WorkerDefinition, context: WorkerContext): Promise<void> {
  try {
    await definition.init?.(context);
    answer({ type: "ready" });
  } catch (error) {
    answer({ type: "broken", message: describe(error) });
  }
}

function answer(message: FromWorker): void {
  // The agent may be gone; the process ends on its own then.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function contextOf(boot: WorkerBoot, signal: AbortSignal): WorkerContext {
  const pathOf = (sha: string): string => {
    if (!isSha(sha)) throw new Error(`"${sha}" is not a SHA-256 hash`);
    return `${boot.blobs}/${blobPath(sha)}`;
  };
  return {
    params: boot.params,
    assets: new Map(Object.entries(boot.assets)),
    readBlob: async (sha) => verified(await readFile(pathOf(sha)), sha),
    readBlobSync: (sha) => verified(readFileSync(pathOf(sha)), sha),
    signal,
  };
}

function verified(bytes: Uint8Array, sha: string): Uint8Array {
  if (createHash("sha256").update(bytes).digest("hex") !== sha)
    throw new Error(`blob ${sha} was changed on disk`);
  return bytes;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
