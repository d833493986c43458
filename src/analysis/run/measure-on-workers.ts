import { availableParallelism } from "node:os";
import { localHost } from "#fleet";
import { throwIfAborted } from "#kernel";
import { type Item, type Lease, runSchedule } from "#schedule";
import type { FileList } from "../discovery/index.ts";
import { decodeResults, encodeUnit } from "../file/wire.ts";
import type { CollectOptions, Keep, RunContext } from "./collect-facts.ts";
import { LocalWorkers } from "./local-workers.ts";

interface FileItem extends Item {
  index: number;
}

/** Reading a file and starting on it costs about as much as parsing so many bytes. */
const BYTES_PER_FILE = 2000;
/** Only a worker that hangs takes longer: a hundredth of the speed of a quiet machine. */
const TIMEOUT_MS = 60_000;
const TIMEOUT_MS_PER_BYTE = 0.02;

/** A unit's results are in memory three times on their way; units of this size cost nothing and bound that. */
const LEASE_MS = 300;
/** The only host is this machine: when its agent cannot be started, waiting does not help. */
const STARVE_AFTER_MS = 5000;

/** Measures files in worker processes of this machine, and says which files no worker survived. */
export async function measureOnWorkers(
  list: FileList,
  missing: readonly number[],
  options: CollectOptions,
  context: RunContext,
  keep: Keep,
): Promise<{ workers: number; lost: Map<number, string> }> {
  const { events, signal, clock } = context;
  const slots = Math.min(options.workers ?? availableParallelism(), missing.length);
  const host = localHost.name;
  const lost = new Map<number, string>();
  const workers = new LocalWorkers(list.root, slots, (reason) =>
    events.emit({ type: "worker.lost", host, reason }),
  );
  const startedAt = new Map<number, number>();
  try {
    await workers.start(signal);
    const outcome = await runSchedule<FileItem, Uint8Array>({
      items: missing.map((index) => ({
        id: String(index),
        index,
        weight: list.files[index]!.size + BYTES_PER_FILE,
      })),
      hosts: [{ name: host, slots, local: true }],
      execute: (_, lease, leaseSignal) => {
        startedAt.set(lease.id, clock.monotonic());
        return workers.lease(unitOf(lease, list, options), leaseSignal);
      },
      onResult: (lease, bytes) => {
        decodeResults(bytes, lease.items.length).forEach((result, at) =>
          keep(lease.items[at]!.index, result),
        );
        events.emit({
          type: "unit.finished",
          host,
          unit: lease.unit,
          files: lease.items.length,
          bytes: lease.items.reduce((sum, { index }) => sum + list.files[index]!.size, 0),
          ms: clock.monotonic() - startedAt.get(lease.id)!,
        });
      },
      onQuarantine: (item, reason) => {
        lost.set(item.index, reason);
        events.emit({ type: "file.quarantined", path: list.files[item.index]!.path, reason });
      },
      onEvent: (event) => {
        // Told above, with the bytes of the files.
        if (event.type !== "unit.finished") events.emit(event);
      },
      signal,
      clock,
      options: { starveAfterMs: STARVE_AFTER_MS, maxLeaseMs: LEASE_MS },
    });
    throwIfAborted(signal);
    const { lastFailure = "unknown" } = workers;
    for (const { index } of outcome.unfinished) lost.set(index, `no worker was left (${lastFailure})`);
    return { workers: slots, lost };
  } finally {
    await workers.close();
  }
}

function unitOf(
  lease: Lease<FileItem>,
  { root, files }: FileList,
  { only, maxFileSize }: CollectOptions,
): { unit: string; attempt: number; payload: Uint8Array; timeoutMs: number } {
  const bytes = lease.items.reduce((sum, { weight }) => sum + weight, 0);
  const payload = encodeUnit({
    root,
    only,
    maxFileSize,
    files: lease.items.map(({ index }) => {
      const { size: _, ...file } = files[index]!;
      return file;
    }),
  });
  return {
    unit: String(lease.unit),
    attempt: lease.attempt,
    payload,
    timeoutMs: Math.ceil(TIMEOUT_MS + bytes * TIMEOUT_MS_PER_BYTE),
  };
}
