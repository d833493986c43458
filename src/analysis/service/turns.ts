import { CancelledError, currentCaller, FairQueue, traced, type Waiting } from "#kernel";
import { BusyError } from "./errors.ts";

interface Turn extends Waiting {
  begin: () => void;
}

const ageingMs = 1000;

export interface TurnLimits {
  /** At a time. */
  max: number;
  /** Of them, for one tenant: a place is left for somebody else, however long these take. */
  maxOfTenant: number;
  maxWaiting: number;
}

/**
 * Runs that have workers of their own, a few at a time, by turns of the tenants: each takes all cores, and a hundred at
 * once would take all memory.
 */
export class Turns {
  readonly #queue = new FairQueue<Turn>(ageingMs);
  readonly #limits: TurnLimits;
  /** Of each tenant, those that run. */
  readonly #running = new Map<string, number>();
  #meanMs = 1000;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Rejects with a BusyError, a CancelledError while it waits, or as the work does. */
  async run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const { tenant = "" } = currentCaller() ?? {};
    await traced("run wait", {}, () => this.#wait(tenant, signal));
    const startedAt = performance.now();
    const expectedMs = this.#meanMs;
    try {
      return await traced("analysis run", {}, work);
    } finally {
      const ms = performance.now() - startedAt;
      this.#meanMs += (ms - this.#meanMs) / 10;
      this.#queue.charge(tenant, ms - expectedMs);
      this.#count(tenant, -1);
      this.#next();
    }
  }

  #wait(tenant: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = (): void => reject(new CancelledError(undefined, { cause: signal.reason }));
    if (signal.aborted) refuse();
    else if (this.#queue.length >= this.#limits.maxWaiting)
      reject(new BusyError(this.#queue.length, (this.#queue.length * this.#meanMs) / this.#limits.max));
    else {
      const turn = { tenant, priority: 0, queuedAt: performance.now(), begin: resolve };
      this.#queue.push(turn);
      signal.addEventListener(
        "abort",
        () => {
          if (this.#queue.remove(turn)) refuse();
        },
        { once: true },
      );
      this.#next();
    }
    return promise;
  }

  #next(): void {
    const { max, maxOfTenant } = this.#limits;
    const all = [...this.#running.values()].reduce((sum, count) => sum + count, 0);
    if (all >= max) return;
    const may = (tenant: string): boolean => (this.#running.get(tenant) ?? 0) < maxOfTenant;
    const turn = this.#queue.take(performance.now(), this.#meanMs, may);
    if (turn === undefined) return;
    this.#count(turn.tenant, 1);
    turn.begin();
  }

  #count(tenant: string, change: number): void {
    const count = (this.#running.get(tenant) ?? 0) + change;
    if (count === 0) this.#running.delete(tenant);
    else this.#running.set(tenant, count);
  }
}
