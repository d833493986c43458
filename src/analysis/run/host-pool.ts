import { availableParallelism } from "node:os";
import type { Host } from "#fleet";
import type { CaelumError } from "#kernel";
import type { HostSpec, ScheduleControl } from "#schedule";
import { hostFailure } from "./host-error.ts";
import { type Opened, WorkerHost, type WorkerHostPort } from "./worker-host.ts";

/** A host that could not be reached is asked again after so long, then after twice as long. */
const FIRST_RETRY_MS = 3000;
const LONGEST_RETRY_MS = 30_000;

export interface UnusedHost {
  host: string;
  step: string;
  message: string;
}

/** The hosts of a run: all are opened at once, and each joins the schedule as soon as it is ready. */
export class HostPool {
  readonly #port: Omit<WorkerHostPort, "onLoad" | "onUnusable">;
  readonly #hosts = new Map<string, WorkerHost>();
  readonly #ready = new Map<string, Opened>();
  readonly #unused = new Map<string, UnusedHost>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #dropped: WorkerHost[] = [];
  #control: ScheduleControl | undefined;
  #lastError: CaelumError | undefined;
  #closed = false;

  constructor(port: Omit<WorkerHostPort, "onLoad" | "onUnusable">) {
    this.#port = port;
  }

  /** Hosts that cannot be used at this moment, with the step that failed. */
  get unused(): readonly UnusedHost[] {
    return [...this.#unused.values()];
  }

  get lastError(): CaelumError | undefined {
    return this.#lastError;
  }

  /** Specifications of the hosts that are ready. */
  get ready(): HostSpec[] {
    return [...this.#ready.keys()].map((name) => this.#specOf(name));
  }

  /** Also hosts that were dropped: what they did counts. */
  get all(): readonly WorkerHost[] {
    return [...this.#dropped, ...this.#hosts.values()];
  }

  /**
   * Opens these hosts, all at once. Resolves when the first is ready or the last has failed, which `ready` tells
   * apart; the others join when they are ready. Rejects with what is no host's fault.
   */
  async start(hosts: readonly Host[]): Promise<void> {
    const first = Promise.withResolvers<void>();
    const attempts = hosts.map(async (host) => {
      if (await this.#add(host)) first.resolve();
    });
    await Promise.race([first.promise, Promise.all(attempts)]);
  }

  /** From now on hosts join and leave the schedule by themselves. */
  attach(control: ScheduleControl): void {
    this.#control = control;
  }

  /** A host joins in mid-run. */
  join(host: Host): void {
    void this.#add(host).catch(() => undefined);
  }

  /** A host leaves: its work is done elsewhere, and everything of ours on it ends. */
  drop(name: string): void {
    const host = this.#hosts.get(name);
    if (host === undefined) return;
    this.#hosts.delete(name);
    this.#ready.delete(name);
    this.#dropped.push(host);
    this.#control?.dropHost(name);
    void host.close();
  }

  /** The host of that name; one that is not in the pool (the fallback) is made when it is first asked for. */
  host(name: string, otherwise?: Host): WorkerHost | undefined {
    const known = this.#hosts.get(name);
    if (known !== undefined || otherwise?.name !== name) return known;
    const made = this.#make(otherwise);
    this.#hosts.set(name, made);
    return made;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.all.map((host) => host.close()));
  }

  /** True when it is ready. */
  #add(host: Host): Promise<boolean> {
    const made = this.#make(host);
    this.#hosts.set(host.name, made);
    return this.#open(made, FIRST_RETRY_MS);
  }

  #make(host: Host): WorkerHost {
    return new WorkerHost(host, {
      ...this.#port,
      onLoad: (name, load) => this.#control?.setLoad(name, load),
      onUnusable: (name, error) => {
        // Each of its leases says so.
        if (!this.#hosts.has(name)) return;
        const failure = this.#note(name, error);
        if (failure !== undefined) this.#port.emit({ type: "host.failed", ...failure });
        this.drop(name);
      },
    });
  }

  async #open(worker: WorkerHost, retryMs: number): Promise<boolean> {
    const { name } = worker;
    try {
      const opened = await worker.open();
      if (!this.#has(worker)) return false;
      this.#ready.set(name, opened);
      this.#unused.delete(name);
      this.#control?.addHost(this.#specOf(name));
      return true;
    } catch (error) {
      // Dropped or closed while it was on its way: that is no failure of the host.
      if (!this.#has(worker)) return false;
      const failure = this.#note(name, error);
      if (failure === undefined) throw error;
      this.#port.emit({ type: "host.failed", ...failure });
      if (failure.retry)
        this.#later(retryMs, () => this.#open(worker, Math.min(retryMs * 2, LONGEST_RETRY_MS)));
      return false;
    }
  }

  #has(worker: WorkerHost): boolean {
    return !this.#closed && this.#hosts.get(worker.name) === worker;
  }

  #note(name: string, error: unknown): ReturnType<typeof hostFailure> {
    const failure = hostFailure(name, error);
    if (failure !== undefined) {
      this.#lastError = error as CaelumError;
      this.#unused.set(name, { host: name, step: failure.step, message: failure.message });
    }
    return failure;
  }

  #later(ms: number, work: () => Promise<unknown>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work().catch(() => undefined);
    }, ms);
    this.#timers.add(timer);
  }

  #specOf(name: string): HostSpec {
    const { host, isLocal } = this.#hosts.get(name)!;
    return {
      ...specOf(host),
      local: isLocal,
      slots: this.#ready.get(name)?.workers.slots ?? host.slots ?? availableParallelism(),
    };
  }
}

/** A host as the scheduler knows it before it has been reached. */
export function specOf(host: Host): HostSpec {
  const { name, labels, maxLoad, slots = availableParallelism() } = host;
  return {
    name,
    labels,
    slots,
    local: host.address.type === "local",
    ...(maxLoad === undefined ? {} : { maxLoad }),
  };
}
