import { availableParallelism } from "node:os";
import { LeaseError, openSession, type Session, SessionLostError, type Workers } from "#agents";
import { localHost } from "#fleet";
import { CancelledError, currentCaller, errorType, FairQueue, type Span, startSpan } from "#kernel";
import { workerFiles } from "../run/engine-files.ts";
import { BusyError, PoisonFileError, PoolClosedError } from "./errors.ts";
import { decodeAnswer } from "./wire.ts";

export interface PoolOptions {
  /** Folders that workers may read. */
  readable: readonly string[];
  /** Workers at most; default: one per core. */
  max?: number;
  /** Tasks that may wait. */
  queueLimit?: number;
  /** A worker that holds more is replaced after its task. */
  recycleBytes?: number;
  /** A worker that has had nothing to do for so long ends, unless it is the last one. */
  idleMs?: number;
  /** After so long the last one ends, too, and the agent with it; the next task starts them again. */
  restMs?: number;
  onRestart?: (reason: string) => void;
}

export interface TaskOptions {
  /** What is named when it fails. */
  label: string;
  /** 0: somebody waits for it. Every unit of it lets others that came up to a second later go first. */
  priority: number;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

interface Task extends TaskOptions {
  tenant: string;
  /** What it is a part of, when somebody traces. */
  span: Span | undefined;
  payload: Uint8Array;
  queuedAt: number;
  crashes: number;
  settle: PromiseWithResolvers<Buffer>;
}

interface Slot {
  workers: Workers;
  busy: boolean;
  idleSince: number;
  /** Its last task took the process down: until the next one is done, others go first. */
  recovering: boolean;
}

export interface PoolStats {
  workers: number;
  busy: number;
  waiting: number;
  done: number;
  /** Workers that died or were replaced. */
  restarts: number;
}

const ageingMs = 1000;
/** Heap of a worker, MB; the parser's own memory comes on top. */
const memoryMb = 512;
/** A task whose worker dies is tried once more: another task's cancellation may have been the reason. */
const maxCrashes = 2;

/**
 * Worker processes for a long-lived server, shared fairly by its tenants: one to start with, more while tasks wait, fewer when there is nothing to
 * do. They are the workers of a local session, so that they end with this process however it ends, are restarted after
 * a crash, and are killed when they ignore a cancellation or their time is over.
 */
export class WorkerPool {
  readonly #options: Required<Omit<PoolOptions, "onRestart">> & Pick<PoolOptions, "onRestart">;
  readonly #queue = new FairQueue<Task>(ageingMs);
  readonly #slots = new Set<Slot>();
  readonly #closing = new AbortController();
  #session: Promise<Session> | undefined;
  #starting = 0;
  #done = 0;
  #restarts = 0;
  #lease = 0;
  #meanMs = 20;
  #sweeper: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions) {
    this.#options = {
      max: availableParallelism(),
      queueLimit: 2000,
      recycleBytes: 260e6,
      // It holds 90 MB, and another one is there in 0.15 s.
      idleMs: 3000,
      restMs: 300_000,
      ...options,
    };
  }

  get stats(): PoolStats {
    const busy = [...this.#slots].filter((slot) => slot.busy).length;
    const { size } = this.#slots;
    return { workers: size, busy, waiting: this.#queue.length, done: this.#done, restarts: this.#restarts };
  }

  get max(): number {
    return this.#options.max;
  }

  /** Starts the first worker, so that the first task need not wait for it. */
  warm(): void {
    if (this.#slots.size + this.#starting === 0) void this.#grow();
  }

  /**
   * The body of the worker's answer. Rejects with a BusyError, a PoisonFileError, a PoolClosedError, a CancelledError,
   * or what kept the session from starting.
   */
  run(payload: Uint8Array, options: TaskOptions): Promise<Buffer> {
    const { signal } = options;
    if (this.#closing.signal.aborted) return Promise.reject(new PoolClosedError());
    if (signal?.aborted) return Promise.reject(new CancelledError(undefined, { cause: signal.reason }));
    const { tenant = "", span } = currentCaller() ?? {};
    if (this.#queue.length >= this.#options.queueLimit) {
      const last = this.#queue.makeRoomFor(tenant);
      if (last === undefined) return Promise.reject(this.#busy());
      last.settle.reject(this.#busy());
    }
    const task: Task = {
      ...options,
      tenant,
      span,
      payload,
      queuedAt: performance.now(),
      crashes: 0,
      settle: Promise.withResolvers(),
    };
    this.#queue.push(task);
    const leave = (): void => {
      if (!this.#queue.remove(task)) return;
      task.settle.reject(new CancelledError(undefined, { cause: signal?.reason }));
    };
    signal?.addEventListener("abort", leave, { once: true });
    this.#dispatch();
    return task.settle.promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  /** Ends all workers. What waits or runs rejects. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(new PoolClosedError());
    clearInterval(this.#sweeper);
    for (const task of this.#queue.drain()) task.settle.reject(new PoolClosedError());
    const session = await this.#session?.catch(() => undefined);
    await session?.close();
  }

  #busy(): BusyError {
    const waitMs = (this.#queue.length * this.#meanMs) / Math.max(1, this.#options.max);
    return new BusyError(this.#queue.length, waitMs);
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#slots].filter((slot) => !slot.busy);
      if (idle.length === 0) break;
      const expectedMs = this.#meanMs;
      const task = this.#queue.take(performance.now(), expectedMs)!;
      // What took a worker down goes to the same one again and leaves the others to the others.
      const isSuspect = task.crashes > 0;
      const slot = idle.find(({ recovering }) => recovering === isSuspect) ?? idle[0]!;
      void this.#serve(slot, task, expectedMs);
    }
    if (this.#queue.length > this.#starting && this.#slots.size + this.#starting < this.#options.max)
      void this.#grow();
  }

  async #serve(slot: Slot, task: Task, expectedMs: number): Promise<void> {
    slot.busy = true;
    const startedAt = performance.now();
    const span = workSpan(task, startedAt);
    try {
      const { payload, label, timeoutMs, signal } = task;
      const unit = { unit: label, attempt: task.crashes + 1, epoch: ++this.#lease, payload, timeoutMs };
      const { bytes } = await slot.workers.lease(unit, signal);
      const { body, residentBytes } = decodeAnswer(bytes);
      this.#done++;
      slot.recovering = false;
      this.#meanMs += (performance.now() - startedAt - this.#meanMs) / 20;
      span?.end();
      task.settle.resolve(body);
      if (residentBytes > this.#options.recycleBytes) this.#retire(slot, "memory");
    } catch (error) {
      slot.recovering = isEndOfWorker(error);
      span?.end(errorType(error));
      this.#settleFailure(task, error);
    }
    slot.busy = false;
    slot.idleSince = performance.now();
    this.#queue.charge(task.tenant, slot.idleSince - startedAt - expectedMs);
    this.#dispatch();
  }

  #settleFailure(task: Task, error: unknown): void {
    const lost = error instanceof SessionLostError;
    const crashed = error instanceof LeaseError && error.reason === "worker-crashed";
    if ((crashed || lost) && !this.#closing.signal.aborted) {
      task.crashes++;
      if (task.crashes < maxCrashes && task.signal?.aborted !== true) {
        this.#queue.push(task);
        return;
      }
    }
    if (isEndOfWorker(error)) task.settle.reject(new PoisonFileError(task.label, reasonIn(error)));
    else task.settle.reject(error);
  }

  #retire(slot: Slot, reason: string): void {
    this.#slots.delete(slot);
    this.#restarts++;
    this.#options.onRestart?.(reason);
    slot.workers.stop().catch(() => undefined);
    this.#dispatch();
  }

  async #grow(): Promise<void> {
    this.#starting++;
    try {
      const session = await this.#open();
      const { readable } = this.#options;
      const workers = await session.startWorkers({ ...(await workerFiles()), slots: 1, readable, memoryMb });
      this.#slots.add({ workers, busy: false, idleSince: performance.now(), recovering: false });
      this.#startSweeper();
    } catch (error) {
      // Nobody is left to serve them; a later task tries to start one again.
      if (this.#slots.size === 0) for (const task of this.#queue.drain()) task.settle.reject(error);
    } finally {
      this.#starting--;
    }
    this.#dispatch();
  }

  #open(): Promise<Session> {
    this.#closing.signal.throwIfAborted();
    if (this.#session !== undefined) return this.#session;
    const forget = (): void => {
      if (this.#session !== opening) return;
      this.#session = undefined;
      this.#slots.clear();
    };
    const opening = openSession(localHost, {
      signal: this.#closing.signal,
      onWorkerLost: ({ reason }) => {
        this.#restarts++;
        this.#options.onRestart?.(reason);
      },
      onLost: (error) => {
        this.#restarts++;
        this.#options.onRestart?.(error.message);
        forget();
      },
    });
    opening.catch(forget);
    this.#session = opening;
    return opening;
  }

  #startSweeper(): void {
    const { idleMs, restMs } = this.#options;
    this.#sweeper ??= setInterval(() => this.#sweep(performance.now()), Math.min(idleMs, restMs) / 4).unref();
  }

  #sweep(now: number): void {
    const { idleMs, restMs } = this.#options;
    for (const slot of this.#slots) {
      const isLast = this.#slots.size === 1 && this.#starting === 0;
      if (slot.busy || now - slot.idleSince < (isLast ? restMs : idleMs)) continue;
      this.#slots.delete(slot);
      if (isLast) return this.#closeSession();
      slot.workers.stop().catch(() => undefined);
    }
  }

  /** A task that comes meanwhile opens another one. */
  #closeSession(): void {
    const session = this.#session;
    this.#session = undefined;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    session?.then((open) => open.close()).catch(() => undefined);
  }
}

/** The work of a worker, behind the time that the task has waited for one. */
function workSpan({ span, queuedAt, label, crashes, priority }: Task, startedAt: number): Span | undefined {
  if (span === undefined) return undefined;
  const attributes = { "caelum.attempt": crashes + 1, "caelum.priority": priority };
  // After a crash it goes to the same worker at once.
  if (crashes === 0)
    startSpan("pool wait", {
      parent: span,
      startedAt: Date.now() - (startedAt - queuedAt),
      attributes,
    })?.end();
  return startSpan("worker", { parent: span, attributes: { ...attributes, "caelum.unit": label } });
}

function isEndOfWorker(error: unknown): error is LeaseError {
  return (
    error instanceof LeaseError && (error.reason === "worker-crashed" || error.reason === "worker-timeout")
  );
}

/** `unit "a.py" on host "local": worker-crashed: SIGSEGV` → `SIGSEGV` */
function reasonIn(error: LeaseError): string {
  const { message, reason } = error;
  const at = message.indexOf(reason);
  return at === -1 ? message : `${reason.replace("-", " ")}${message.slice(at + reason.length)}`;
}
