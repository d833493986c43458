import { CancelledError } from "#kernel";
import { type AgentMessage, type ControllerMessage, type RefusalReason, refusalReasons } from "#protocol";
import { type Deferred, deferred } from "./deferred.ts";
import { LeaseError } from "./errors.ts";

/** A unit of work as a host gets it. */
export interface Unit {
  /** Names the unit in errors and events. */
  unit: string;
  /** From 1; counts how often the unit was given out. */
  attempt: number;
  /** Counts sessions of a host: an answer of an earlier one is not taken for one of this. */
  epoch: number;
  payload: Uint8Array;
  /** SHA-256 of content that the worker will read; must have been put before. */
  blobs?: readonly string[];
  /** The worker is killed if it takes longer. */
  timeoutMs?: number;
}

export interface LeaseResult {
  bytes: Uint8Array;
  /** Milliseconds in the worker. */
  ms: number;
}

interface Open {
  unit: Unit;
  outcome: Deferred<LeaseResult>;
  sent: boolean;
}

export interface LeasesOptions {
  host: string;
  pool: number;
  /** Leases on the host at once: twice its slots, so that one works while the next has already arrived. */
  credits: number;
  /** Lease numbers are unique in a session. */
  nextNumber(): number;
  send(message: ControllerMessage, body?: Uint8Array): void;
}

/** The leases of one host's workers. Those beyond its credits wait here, in order. */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #open = new Map<number, Open>();
  readonly #waiting: number[] = [];
  #underWay = 0;
  #failure: Error | undefined;

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** Leases on the host or on their way to it. */
  get underWay(): number {
    return this.#underWay;
  }

  /**
   * Resolves with the unit's result. Rejects with a LeaseError, with the SessionLostError that ended the session,
   * or with a CancelledError as soon as the signal is aborted.
   */
  async lease(unit: Unit, signal: AbortSignal | undefined): Promise<LeaseResult> {
    if (this.#failure !== undefined) throw this.#failure;
    if (signal?.aborted) throw new CancelledError(undefined, { cause: signal.reason });
    const number = this.#options.nextNumber();
    const open: Open = { unit, outcome: deferred(), sent: false };
    this.#open.set(number, open);
    this.#waiting.push(number);
    const cancel = (): void => this.#cancel(number, signal?.reason);
    signal?.addEventListener("abort", cancel, { once: true });
    this.#sendWaiting();
    try {
      return await open.outcome.promise;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** False when the lease is not one of these. */
  receive(message: AgentMessage & { type: "result" | "refused" }, body: Uint8Array): boolean {
    const open = this.#open.get(message.lease);
    if (open === undefined) return false;
    const { host } = this.#options;
    this.#open.delete(message.lease);
    this.#underWay--;
    const { unit } = open;
    if (message.unit !== unit.unit || message.attempt !== unit.attempt || message.epoch !== unit.epoch) {
      open.outcome.reject(new LeaseError(host, unit.unit, "worker-broken", "the answer is for another unit"));
    } else if (message.type === "result") open.outcome.resolve({ bytes: body, ms: message.ms });
    else {
      const reason = reasonOf(message.reason);
      open.outcome.reject(new LeaseError(host, unit.unit, reason, message.message));
    }
    this.#sendWaiting();
    return true;
  }

  failAll(error: Error): void {
    this.#failure ??= error;
    for (const open of this.#open.values()) open.outcome.reject(error);
    this.#open.clear();
    this.#waiting.length = 0;
    this.#underWay = 0;
  }

  #cancel(number: number, reason: unknown): void {
    const open = this.#open.get(number);
    if (open === undefined) return;
    open.outcome.reject(new CancelledError(`unit "${open.unit.unit}" was cancelled`, { cause: reason }));
    // The host still answers what was sent; only then is its credit free.
    if (open.sent) this.#options.send({ type: "lease.cancel", lease: number });
    else this.#open.delete(number);
  }

  #sendWaiting(): void {
    while (this.#underWay < this.#options.credits) {
      const number = this.#waiting.shift();
      if (number === undefined) return;
      const open = this.#open.get(number);
      if (open === undefined) continue;
      open.sent = true;
      this.#underWay++;
      const { unit, attempt, epoch, blobs = [], timeoutMs, payload } = open.unit;
      const timeout = timeoutMs === undefined ? {} : { timeoutMs };
      const { pool } = this.#options;
      const lease = { type: "lease", lease: number, pool, unit, attempt, epoch } as const;
      this.#options.send({ ...lease, blobs: [...blobs], ...timeout }, payload);
    }
  }
}

/** A newer agent may know reasons that we do not. */
function reasonOf(text: string): RefusalReason {
  return refusalReasons.find((reason) => reason === text) ?? "worker-broken";
}
