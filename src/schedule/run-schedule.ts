import { type Clock, type EventBody, systemClock } from "#kernel";
import { decide } from "./decide.ts";
import { nextWake } from "./ending.ts";
import { LeaseFailure } from "./errors.ts";
import { eventOf } from "./events.ts";
import type { ScheduleOptions } from "./options.ts";
import { newState, type State } from "./state.ts";
import type { Action, HostSpec, Input, Item, Lease, Outcome } from "./types.ts";

/** Changes a schedule while it runs; after its end nothing happens. */
export interface ScheduleControl {
  /** Also for a host that was lost and has been reached again: it is probed at once. */
  addHost(host: HostSpec): void;
  /** Its leases are aborted and done elsewhere, without blame. */
  dropHost(name: string): void;
  setLoad(name: string, load: number): void;
  /** Fewer slots end no lease. */
  setSlots(name: string, slots: number): void;
  /** No new leases; what runs goes on. */
  pause(): void;
  resume(): void;
}

export interface ScheduleRequest<I extends Item, R> {
  /** Ids unique, weights above 0. */
  readonly items: readonly I[];
  readonly hosts: readonly HostSpec[];
  /** Joins when no other host can do what is left; without it such a run ends `starved`. */
  readonly fallback?: HostSpec | undefined;
  /**
   * Does a lease on a host. Rejects with a LeaseFailure; should reject soon after `signal` is aborted, with whatever
   * it likes. Called again for a lost host when it is probed: it reaches the host anew or rejects with `host-lost`.
   */
  execute(host: string, lease: Lease<I>, signal: AbortSignal): Promise<R>;
  /** Called once for each item that has a result, in the order results come. */
  onResult(lease: Lease<I>, result: R): void;
  /** The item is given up, and with it its unit; the reason names no host. */
  onQuarantine?(item: I, reason: string, unit: number): void;
  onEvent?(event: EventBody): void;
  /** Called before the first lease. */
  onControl?(control: ScheduleControl): void;
  readonly signal?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly options?: Partial<ScheduleOptions> | undefined;
}

/**
 * Runs the decision core against real hosts and real time. Resolves when every item has a result or was given up,
 * when no host is left (`starved`), or when `signal` is aborted (`cancelled`, after the running leases have
 * settled). Rejects, after aborting what runs, if `execute` rejects with anything but a LeaseFailure, a callback
 * throws, or an item's id is there twice or its weight not above 0: all are defects.
 */
export async function runSchedule<I extends Item, R>(request: ScheduleRequest<I, R>): Promise<Outcome<I>> {
  return new Driver(request).run();
}

class Driver<I extends Item, R> {
  readonly #request: ScheduleRequest<I, R>;
  readonly #clock: Clock;
  readonly #state: State;
  readonly #inputs: { input: Input; result?: R }[] = [];
  readonly #running = new Map<number, { controller: AbortController; settled: Promise<void> }>();
  readonly #end = Promise.withResolvers<Outcome<I>>();
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #ended = false;
  #failed = false;

  constructor(request: ScheduleRequest<I, R>) {
    this.#request = request;
    this.#clock = request.clock ?? systemClock;
    this.#state = newState(request);
  }

  async run(): Promise<Outcome<I>> {
    const { hosts, signal } = this.#request;
    const cancel = (): void => this.#feed({ type: "cancelled" });
    signal?.addEventListener("abort", cancel, { once: true });
    for (const host of hosts) this.#feed({ type: "host.joined", host });
    this.#request.onControl?.(this.#control());
    this.#feed(signal?.aborted ? { type: "cancelled" } : { type: "begun" });
    try {
      const outcome = await this.#end.promise;
      // A loser on a frozen host may take long to notice, and a complete run need not wait for it.
      if (outcome.end === "cancelled") await this.#settled();
      return outcome;
    } catch (error) {
      await this.#settled();
      throw error;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  #control(): ScheduleControl {
    return {
      addHost: (host) => this.#feed({ type: "host.joined", host }),
      dropHost: (host) => this.#feed({ type: "host.dropped", host }),
      setLoad: (host, load) => this.#feed({ type: "host.load", host, load }),
      setSlots: (host, slots) => this.#feed({ type: "host.slots", host, slots }),
      pause: () => this.#feed({ type: "paused" }),
      resume: () => this.#feed({ type: "resumed" }),
    };
  }

  /** Inputs that come while another is worked on (a callback that drops a host) wait for their turn. */
  #feed(input: Input, result?: R): void {
    if (this.#failed) return;
    this.#inputs.push(result === undefined ? { input } : { input, result });
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let next = this.#inputs.shift(); next !== undefined; next = this.#inputs.shift()) {
        const actions = decide(this.#state, next.input, this.#clock.monotonic());
        for (const action of actions) this.#act(action, next.result);
      }
      this.#setTimer();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#busy = false;
    }
  }

  #act(action: Action, result: R | undefined): void {
    switch (action.type) {
      case "start":
        this.#start(action.lease as Lease<I>);
        break;
      case "stop":
        this.#running.get(action.lease.id)?.controller.abort(new Error(action.reason));
        break;
      case "count":
        this.#request.onResult(action.lease as Lease<I>, result as R);
        break;
      case "quarantine":
        this.#request.onQuarantine?.(action.item as I, action.reason, action.unit);
        break;
      case "finish":
        this.#ended = true;
        this.#end.resolve(action.outcome as Outcome<I>);
        break;
      case "late":
      case "retry":
      case "host":
      case "fallback":
    }
    const event = eventOf(action);
    if (event !== undefined) this.#request.onEvent?.(event);
  }

  #start(lease: Lease<I>): void {
    const controller = new AbortController();
    const settled = this.#execute(lease, controller.signal).finally(() => this.#running.delete(lease.id));
    this.#running.set(lease.id, { controller, settled });
  }

  async #execute(lease: Lease<I>, signal: AbortSignal): Promise<void> {
    // The lease is registered before it runs, so that an early answer finds it.
    await Promise.resolve();
    try {
      const result = await this.#request.execute(lease.host, lease, signal);
      this.#feed({ type: "lease.done", lease: lease.id }, result);
    } catch (error) {
      if (error instanceof LeaseFailure)
        this.#feed({ type: "lease.failed", lease: lease.id, failure: error.type, message: error.message });
      else if (!signal.aborted) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failed = true;
    clearTimeout(this.#timer);
    for (const { controller } of this.#running.values()) controller.abort(error);
    this.#end.reject(error);
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ settled }) => settled));
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    const now = this.#clock.monotonic();
    const at = nextWake(this.#state, now);
    if (at !== undefined) this.#timer = setTimeout(() => this.#feed({ type: "woke" }), Math.ceil(at - now));
  }
}
