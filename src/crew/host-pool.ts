import { availableParallelism } from "node:os";
import type { Host } from "#fleet";
import type { CaelumError } from "#kernel";
import type { HostSpec, ScheduleControl } from "#schedule";
import { CrewHost, type CrewHostPort, type Opened } from "./crew-host.ts";
import { hostFailure } from "./host-error.ts";

/** A host that could not be reached is asked again after so long, then after twice as long. */
const FIRST_RETRY_MS = 3000;
const LONGEST_RETRY_MS = 30_000;

export interface UnusedHost {
  host: string;
  step: string;
  message: string;
}

export type CrewPort<W> = Omit<CrewHostPort<W>, "onLoad" | "onUnusable">;

/** The hosts of a run: all are opened at once, and each joins the schedule as soon as it is ready. */
export class HostPool<W> {
  readonly #port: CrewPort<W>;
  readonly #hosts = new Map<string, CrewHost<W>>();
  readonly #ready = new Map<string, Opened<W>>();
  readonly #unused = new Map<string, UnusedHost>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #dropped: CrewHost<W>[] = [];
  #control: ScheduleControl | undefined;
  #lastError: CaelumError | undefined;
  #closed = false;
  #settled: Promise<unknown> = Promise.resolve();

  constructor(port: CrewPort<W>) {
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
  get all(): readonly CrewHost<W>[] {
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
    const all = Promise.all(attempts);
    this.#settled = Promise.allSettled(attempts);
    await Promise.race([first.promise, all]);
  }

  /** Resolves when each host that it was started with is ready or has failed for the first time. */
  get settled(): Promise<unknown> {
    return this.#settled;
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
  host(name: string, otherwise?: Host): CrewHost<W> | undefined {
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

  #make(host: Host): CrewHost<W> {
    return new CrewHost<W>(host, {
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

  async #open(member: CrewHost<W>, retryMs: number): Promise<boolean> {
    const { name } = member;
    try {
      const opened = await member.open();
      if (!this.#has(member)) return false;
      this.#ready.set(name, opened);
      this.#unused.delete(name);
      this.#control?.addHost(this.#specOf(name));
      return true;
    } catch (error) {
      // Dropped or closed while it was on its way: that is no failure of the host.
      if (!this.#has(member)) return false;
      const failure = this.#note(name, error);
      if (failure === undefined) throw error;
      this.#port.emit({ type: "host.failed", ...failure });
      if (failure.retry)
        this.#later(retryMs, () => this.#open(member, Math.min(retryMs * 2, LONGEST_RETRY_MS)));
      return false;
    }
  }

  #has(member: CrewHost<W>): boolean {
    return !this.#closed && this.#hosts.get(member.name) === member;
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
    const ready = this.#ready.get(name);
    const load = ready?.session.vitals?.load;
    return {
      ...specOf(host),
      local: isLocal,
      slots: ready?.slots ?? host.slots ?? availableParallelism(),
      // Somebody's busy machine gets nothing from the beginning.
      ...(ready === undefined || load === undefined ? {} : { load: load / ready.session.hello.cores }),
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
