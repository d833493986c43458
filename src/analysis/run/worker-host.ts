import {
  AgentRequestError,
  LeaseError,
  MissingBuildError,
  openSession,
  type Session,
  type Workers,
} from "#agents";
import type { Host } from "#fleet";
import { CaelumError, CancelledError, type EventBody } from "#kernel";
import { type Lease, LeaseFailure } from "#schedule";
import { type ArrivedResult, decodeResults, encodeUnit, type UnitFile } from "../file/wire.ts";
import type { workerFiles } from "./engine-files.ts";
import type { FileContents } from "./file-contents.ts";
import { isLasting } from "./host-error.ts";
import { type FileItem, timeoutOf } from "./units.ts";

/** An agent of this machine that dies again and again will not get better. */
const MAX_LOCAL_SESSIONS = 4;

export interface WorkerHostPort {
  /** Hosts on this machine read below it by themselves. */
  readonly root: string;
  readonly contents: FileContents;
  readonly only: readonly string[];
  readonly maxFileSize: number;
  readonly files: ReturnType<typeof workerFiles>;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  readonly emit: (event: EventBody) => void;
  /** Load of a minute per core. */
  readonly onLoad: (host: string, load: number) => void;
  /** It cannot be used, and waiting does not help. */
  readonly onUnusable: (host: string, error: CaelumError) => void;
}

/** Analysis workers on a host. */
export interface Opened {
  session: Session;
  workers: Workers;
}

/** One host of a run: its session is opened when it is first needed, and again after it was lost. */
export class WorkerHost {
  readonly host: Host;
  readonly #port: WorkerHostPort;
  readonly #closing = new AbortController();
  #open: Promise<Opened> | undefined;
  #sessions = 0;
  #lastFailure: string | undefined;
  /** Bytes of sessions that have ended. */
  #before = { sent: 0, saved: 0 };
  #session: Session | undefined;
  #slots = 0;
  #closed: Promise<void> | undefined;

  constructor(host: Host, port: WorkerHostPort) {
    this.host = host;
    this.#port = port;
  }

  get name(): string {
    return this.host.name;
  }

  get isLocal(): boolean {
    return this.host.address.type === "local";
  }

  /** Workers it has, or had when it was last there. */
  get slots(): number {
    return this.#slots;
  }

  /** Why the last lease that failed did. */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  /** Content that was wanted there in all sessions so far, in bytes. */
  get transfer(): { sent: number; saved: number } {
    const { sent = 0, saved = 0 } = this.#session?.transfer ?? {};
    return { sent: this.#before.sent + sent, saved: this.#before.saved + saved };
  }

  /** Rejects with a CaelumError: see `hostFailure`. Callers at the same time share one attempt. */
  open(): Promise<Opened> {
    if (this.#open === undefined) {
      const opening = this.#start(() => {
        if (this.#open === opening) this.#open = undefined;
      });
      opening.catch(() => {
        if (this.#open === opening) this.#open = undefined;
      });
      this.#open = opening;
    }
    return this.#open;
  }

  /** Results in the order of the items. Rejects with a LeaseFailure, or with whatever once the signal is aborted. */
  async measure(lease: Lease<FileItem>, signal: AbortSignal): Promise<ArrivedResult[]> {
    try {
      const opened = await before(signal, this.#reopen());
      return await (this.isLocal
        ? this.#byName(opened, lease, signal)
        : this.#byContent(opened, lease, signal));
    } catch (error) {
      if (signal.aborted) throw error;
      throw this.#asFailure(error);
    }
  }

  /** Ends the agent and all it started. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#closing.abort(new CancelledError("the host is not needed any more"));
    const open = await this.#open?.catch(() => undefined);
    await open?.session.close();
  }

  #reopen(): Promise<Opened> {
    if (this.#open === undefined && this.isLocal && this.#sessions >= MAX_LOCAL_SESSIONS) {
      const why = `the agent was lost ${MAX_LOCAL_SESSIONS} times: ${this.#lastFailure}`;
      throw new LeaseFailure("refused", why);
    }
    return this.open();
  }

  async #start(onLost: () => void): Promise<Opened> {
    const { emit, files, now, onLoad, root } = this.#port;
    const { name } = this;
    const startedAt = now();
    const { signal } = this.#closing;
    signal.throwIfAborted();
    this.#sessions++;
    emit({ type: "host.connecting", host: name });
    const session = await openSession(this.host, {
      signal,
      onLost,
      onWorkerLost: ({ reason }) => emit({ type: "worker.lost", host: name, reason }),
      onVitals: ({ load, freeMemory, freeDisk }) => {
        emit({ type: "host.vitals", host: name, load, freeMemory, freeDisk });
        emit({ type: "transfer", host: name, ...this.transfer });
        onLoad(name, load / session.hello.cores);
      },
    });
    this.#keepCount(session);
    // A session that is not over when its host is dropped would never end while its workers start.
    const give = (): void => void session.close();
    signal.addEventListener("abort", give, { once: true });
    try {
      const workers = await session.startWorkers({
        ...(await files),
        slots: session.slots,
        readable: [root],
      });
      this.#slots = workers.slots;
      const { platform, arch, cores } = session.hello;
      emit({
        type: "host.ready",
        host: name,
        slots: session.slots,
        cores,
        platform: `${platform}-${arch}`,
        started: session.start,
        ms: now() - startedAt,
      });
      return { session, workers };
    } catch (error) {
      await session.close();
      throw error;
    } finally {
      signal.removeEventListener("abort", give);
    }
  }

  #keepCount(session: Session): void {
    this.#before = this.transfer;
    this.#session = session;
  }

  async #byName({ workers }: Opened, lease: Lease<FileItem>, signal: AbortSignal): Promise<ArrivedResult[]> {
    const files = this.#port.contents.named(lease.items.map(({ index }) => index));
    return this.#lease(workers, lease, files, [], signal);
  }

  /** What the host has not is sent first; files that cannot be read are answered here. */
  async #byContent(
    { session, workers }: Opened,
    lease: Lease<FileItem>,
    signal: AbortSignal,
  ): Promise<ArrivedResult[]> {
    const { files, blobs, unread } = this.#port.contents.read(lease.items.map(({ index }) => index));
    await before(signal, session.putBlobs(blobs));
    const shas = blobs.map(({ sha }) => sha);
    const measured = files.length === 0 ? [] : await this.#lease(workers, lease, files, shas, signal);
    const next = measured.values();
    return lease.items.map((_, place): ArrivedResult => {
      const missing = unread.get(place);
      return missing === undefined ? next.next().value! : { sha: "", ...missing };
    });
  }

  async #lease(
    workers: Workers,
    lease: Lease<FileItem>,
    files: UnitFile[],
    blobs: readonly string[],
    signal: AbortSignal,
  ): Promise<ArrivedResult[]> {
    const { only, maxFileSize, root } = this.#port;
    const payload = encodeUnit({ ...(this.isLocal ? { root } : {}), only, maxFileSize, files });
    const { unit, attempt, epoch } = lease;
    const { bytes } = await workers.lease(
      { unit: String(unit), attempt, epoch, payload, blobs, timeoutMs: timeoutOf(lease) },
      signal,
    );
    try {
      return decodeResults(bytes, files.length);
    } catch (error) {
      // A host that answers nonsense is no host of ours, whatever the reason.
      throw new LeaseFailure("refused", `host "${this.name}" answered what is no result`, { cause: error });
    }
  }

  #asFailure(error: unknown): unknown {
    if (!(error instanceof CaelumError)) return error;
    const failure = error instanceof LeaseFailure ? error : this.#failureOf(error);
    this.#lastFailure = failure.message;
    return failure;
  }

  #failureOf(error: CaelumError): CaelumError {
    // Not the host's fault, and no other host would fare better.
    if (error instanceof MissingBuildError) return error;
    const { message } = error;
    if (error instanceof LeaseError) {
      const type = leaseFailures[error.reason];
      return new LeaseFailure(type, message, { cause: error });
    }
    if (isLasting(error)) this.#port.onUnusable(this.name, error);
    if (error instanceof AgentRequestError) return new LeaseFailure("refused", message, { cause: error });
    // The session's end, and whatever hinders a new one: the host is away.
    return new LeaseFailure("host-lost", message, { cause: error });
  }
}

const leaseFailures = {
  "worker-crashed": "worker-lost",
  "worker-timeout": "worker-lost",
  "worker-broken": "worker-lost",
  "unit-failed": "failed",
  // It was there a moment ago: somebody cleans up behind us.
  "missing-blob": "refused",
  cancelled: "refused",
} as const;

/** The promise's outcome, or a CancelledError as soon as the signal is aborted. */
async function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new CancelledError(undefined, { cause: signal.reason }));
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
