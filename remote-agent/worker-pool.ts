import type { FromWorker, RefusalReason, WorkerBoot } from "#protocol";
import type { Children } from "./children.ts";
import { AgentFailure } from "./failure.ts";
import { WorkerProcess } from "./worker-process.ts";

/** A worker that listens to its cancel signal answers within this; one that does not is killed. */
const cancelGraceMs = 200;
/** A bundle whose worker ends before it is ready this often in a row is broken. */
const maxFailedStarts = 3;

export interface Lease {
  lease: number;
  unit: string;
  attempt: number;
  epoch: number;
  blobs: readonly string[];
  timeoutMs?: number;
  payload: Uint8Array;
}

export interface PoolOptions {
  slots: number;
  boot: WorkerBoot;
  readable: readonly string[];
  memoryMb: number | undefined;
  env: Readonly<Record<string, string>> | undefined;
  children: Children;
  hasBlob(sha: string): boolean;
  onResult(lease: Lease, bytes: Uint8Array, ms: number): void;
  onRefused(lease: Lease, reason: RefusalReason, message: string): void;
  onWorkerLost(slot: number, unit: string | undefined, reason: string): void;
}

interface Slot {
  number: number;
  worker: WorkerProcess | undefined;
  ready: boolean;
  failedStarts: number;
  busy: Lease | undefined;
  /** Set when we end the worker ourselves: why its lease gets no result. */
  ending: RefusalReason | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** The worker processes of one bundle, one unit in each at a time, and the leases that wait for one of them. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #slots: Slot[];
  readonly #waiting: Lease[] = [];
  readonly #started: Promise<void>;
  #settleStart: ((error?: Error) => void) | undefined;
  #broken: string | undefined;
  #stopped = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#started = new Promise((resolve, reject) => {
      this.#settleStart = (error) => (error === undefined ? resolve() : reject(error));
    });
    this.#slots = Array.from({ length: options.slots }, (_, number) => ({
      number,
      worker: undefined,
      ready: false,
      failedStarts: 0,
      busy: undefined,
      ending: undefined,
      timer: undefined,
    }));
    for (const slot of this.#slots) this.#start(slot);
  }

  /** Resolves when every worker is ready; rejects with an AgentFailure when the bundle does not start. */
  started(): Promise<void> {
    return this.#started;
  }

  lease(lease: Lease): void {
    if (this.#broken !== undefined) this.#options.onRefused(lease, "worker-broken", this.#broken);
    else {
      this.#waiting.push(lease);
      this.#dispatch();
    }
  }

  /** The lease is refused as `cancelled`, unless its result is under way already. */
  cancel(number: number): void {
    const index = this.#waiting.findIndex((lease) => lease.lease === number);
    if (index >= 0) {
      const [lease] = this.#waiting.splice(index, 1);
      if (lease !== undefined) this.#options.onRefused(lease, "cancelled", "cancelled before it began");
      return;
    }
    const slot = this.#slots.find((candidate) => candidate.busy?.lease === number);
    if (slot === undefined || slot.ending !== undefined) return;
    slot.ending = "cancelled";
    slot.worker?.send({ type: "cancel", lease: number });
    clearTimeout(slot.timer);
    slot.timer = setTimeout(() => slot.worker?.kill(), cancelGraceMs);
  }

  /** Resolves when the last process has ended and every lease is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const lease of this.#waiting.splice(0))
      this.#options.onRefused(lease, "cancelled", "the workers were stopped");
    for (const slot of this.#slots) {
      clearTimeout(slot.timer);
      slot.ending ??= "cancelled";
      slot.worker?.kill();
    }
    this.#settleStart?.(new AgentFailure("cancelled", "the workers were stopped before they were ready"));
    for (const slot of this.#slots) await slot.worker?.ended;
  }

  #start(slot: Slot): void {
    slot.ready = false;
    slot.ending = undefined;
    const { children, boot, readable, memoryMb, env } = this.#options;
    slot.worker = new WorkerProcess({
      children,
      boot,
      readable,
      memoryMb,
      env,
      onMessage: (message) => this.#receive(slot, message),
      onExit: (reason) => this.#exited(slot, reason),
    });
  }

  #dispatch(): void {
    for (const slot of this.#slots) {
      if (!slot.ready || slot.busy !== undefined) continue;
      const lease = this.#nextWithBlobs();
      if (lease === undefined) return;
      slot.busy = lease;
      slot.worker?.send({ type: "unit", lease: lease.lease, payload: lease.payload, blobs: lease.blobs });
      if (lease.timeoutMs !== undefined) {
        slot.timer = setTimeout(() => {
          slot.ending = "worker-timeout";
          slot.worker?.kill();
        }, lease.timeoutMs);
      }
    }
  }

  #nextWithBlobs(): Lease | undefined {
    for (let lease = this.#waiting.shift(); lease !== undefined; lease = this.#waiting.shift()) {
      const missing = lease.blobs.filter((sha) => !this.#options.hasBlob(sha));
      if (missing.length === 0) return lease;
      this.#options.onRefused(lease, "missing-blob", missing.join(" "));
    }
    return undefined;
  }

  #receive(slot: Slot, message: FromWorker): void {
    switch (message.type) {
      case "ready":
        slot.ready = true;
        slot.failedStarts = 0;
        if (this.#slots.every((each) => each.ready)) this.#settleStart?.();
        this.#dispatch();
        return;
      case "broken":
        // It cannot become better by being started again.
        this.#break(message.message);
        return;
      case "result":
      case "failed":
        this.#answered(slot, message);
    }
  }

  #answered(slot: Slot, message: FromWorker & { type: "result" | "failed" }): void {
    const lease = slot.busy;
    if (lease === undefined || lease.lease !== message.lease) return;
    // A kill that is on its way would hit the next unit: let the exit decide.
    if (slot.ending === "worker-timeout") return;
    const cancelled = slot.ending === "cancelled";
    this.#release(slot);
    if (cancelled) this.#options.onRefused(lease, "cancelled", "cancelled while it ran");
    else if (message.type === "result") this.#options.onResult(lease, message.bytes, message.ms);
    else this.#options.onRefused(lease, "unit-failed", message.message);
    this.#dispatch();
  }

  #release(slot: Slot): void {
    clearTimeout(slot.timer);
    slot.timer = undefined;
    slot.busy = undefined;
    slot.ending = undefined;
  }

  #exited(slot: Slot, reason: string): void {
    if (slot.worker === undefined) return;
    slot.worker = undefined;
    const lease = slot.busy;
    const why = slot.ending ?? "worker-crashed";
    const wasReady = slot.ready;
    slot.ready = false;
    this.#release(slot);
    if (lease !== undefined) this.#options.onRefused(lease, why, reason);
    if (this.#stopped || this.#broken !== undefined) return;
    if (why !== "cancelled") this.#options.onWorkerLost(slot.number, lease?.unit, reason);
    if (!wasReady && ++slot.failedStarts >= maxFailedStarts)
      this.#break(`the worker does not start: ${reason}`);
    else this.#start(slot);
  }

  #break(message: string): void {
    if (this.#broken !== undefined) return;
    this.#broken = message;
    this.#settleStart?.(new AgentFailure("worker-broken", message));
    for (const lease of this.#waiting.splice(0)) this.#options.onRefused(lease, "worker-broken", message);
    for (const slot of this.#slots) slot.worker?.kill();
  }
}
