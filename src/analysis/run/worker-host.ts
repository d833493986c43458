import type { Workers } from "#agents";
import { type CrewHost, type Opened, type Preparation, unlessAborted } from "#crew";
import { type Lease, LeaseFailure } from "#schedule";
import { type ArrivedResult, decodeResults, encodeUnit, type UnitFile } from "../file/wire.ts";
import type { workerFiles } from "./engine-files.ts";
import type { FileContents } from "./file-contents.ts";
import { type FileItem, timeoutOf } from "./units.ts";

export interface WorkerPort {
  /** Hosts on this machine read below it by themselves. */
  readonly root: string;
  readonly contents: FileContents;
  readonly only: readonly string[];
  readonly maxFileSize: number;
  readonly tapes: boolean;
}

/** Starts analysis workers in a session. */
export function startWorkers(root: string, files: ReturnType<typeof workerFiles>): Preparation<Workers> {
  return async (session) => {
    const workers = await session.startWorkers({
      ...(await files),
      slots: session.slots,
      readable: [root],
    });
    return { work: workers, slots: workers.slots };
  };
}

/** Results in the order of the items. Rejects with a LeaseFailure, or with whatever once the signal is aborted. */
export function measureOn(
  host: CrewHost<Workers>,
  lease: Lease<FileItem>,
  port: WorkerPort,
  signal: AbortSignal,
): Promise<ArrivedResult[]> {
  return host.lease(signal, (opened) =>
    host.isLocal ? byName(host, opened, lease, port, signal) : byContent(host, opened, lease, port, signal),
  );
}

async function byName(
  host: CrewHost<Workers>,
  { work }: Opened<Workers>,
  lease: Lease<FileItem>,
  port: WorkerPort,
  signal: AbortSignal,
): Promise<ArrivedResult[]> {
  const files = port.contents.named(lease.items.map(({ index }) => index));
  return leased(host, work, lease, { ...port, files, blobs: [] }, signal);
}

/** What the host has not is sent first; files that cannot be read are answered here. */
async function byContent(
  host: CrewHost<Workers>,
  { session, work }: Opened<Workers>,
  lease: Lease<FileItem>,
  port: WorkerPort,
  signal: AbortSignal,
): Promise<ArrivedResult[]> {
  const { files, blobs, unread } = port.contents.read(lease.items.map(({ index }) => index));
  await unlessAborted(signal, session.putBlobs(blobs));
  const shas = blobs.map(({ sha }) => sha);
  const measured =
    files.length === 0 ? [] : await leased(host, work, lease, { ...port, files, blobs: shas }, signal);
  const next = measured.values();
  return lease.items.map((_, place): ArrivedResult => {
    const missing = unread.get(place);
    return missing === undefined ? next.next().value! : { sha: "", ...missing };
  });
}

async function leased(
  host: CrewHost<Workers>,
  workers: Workers,
  lease: Lease<FileItem>,
  {
    root,
    only,
    maxFileSize,
    tapes,
    files,
    blobs,
  }: WorkerPort & { files: UnitFile[]; blobs: readonly string[] },
  signal: AbortSignal,
): Promise<ArrivedResult[]> {
  const payload = encodeUnit({ ...(host.isLocal ? { root } : {}), only, maxFileSize, tapes, files });
  const { unit, attempt, epoch } = lease;
  const { bytes } = await workers.lease(
    { unit: String(unit), attempt, epoch, payload, blobs, timeoutMs: timeoutOf(lease) },
    signal,
  );
  try {
    return decodeResults(bytes, files.length);
  } catch (error) {
    // A host that answers nonsense is no host of ours, whatever the reason.
    throw new LeaseFailure("refused", `host "${host.name}" answered what is no result`, { cause: error });
  }
}
