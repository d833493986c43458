import { AgentRequestError, LeaseError, MissingBuildError, openSession, type Session } from "#agents";
import type { Host } from "#fleet";
import { CaelumError, CancelledError, type EventBody } from "#kernel";
import { LeaseFailure } from "#schedule";
import { isLasting } from "./host-error.ts";
import { unlessAborted } from "./unless-aborted.ts";

/** An agent of this machine that dies again and again will not get better. */
const MAX_LOCAL_SESSIONS = 4;

/** What makes a session ready for the work of a run, such as starting worker processes. */
export type Preparation<W> = (session: Session) => Promise<{ work: W; slots: number }>;

export interface CrewHostPort<W> {
  readonly prepare: Preparation<W>;
  /** Milliseconds that never go back. */
  readonly now: () => number;
  readonly emit: (event: EventBody) => void;
  /** Load of a minute per core. */
  readonly onLoad: (host: string, load: number) => void;
  /** It cannot be used, and waiting does not help. */
  readonly onUnusable: (host: string, error: CaelumError) => void;
}

/** A session that is ready. */
export interface Opened<W> {
  session: Session;
  work: W;
  /** Leases it does at once. */
  slots: number;
}

/** One host of a run: its session is opened when it is first needed, and again after it was lost. */
export class CrewHost<W> {
  readonly host: Host;
  readonly #port: CrewHostPort<W>;
  readonly #closing = new AbortController();
  #open: Promise<Opened<W>> | undefined;
  #sessions = 0;
  #lastFailure: string | undefined;
  /** Bytes of sessions that have ended. */
  #before = { sent: 0, saved: 0 };
  #session: Session | undefined;
  #slots = 0;
  #closed: Promise<void> | undefined;

  constructor(host: Host, port: CrewHostPort<W>) {
    this.host = host;
    this.#port = port;
  }

  get name(): string {
    return this.host.name;
  }

  get isLocal(): boolean {
    return this.host.address.type === "local";
  }

  /** Leases it does at once, or did when it was last there. */
  get slots(): number {
    return this.#slots;
  }

  /** There is a session, or one is on its way. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** What it said about itself when it was last reached. */
  get hello(): Session["hello"] | undefined {
    return this.#session?.hello;
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
  open(): Promise<Opened<W>> {
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

  /** Does a lease on the host. Rejects with a LeaseFailure, or with whatever once the signal is aborted. */
  async lease<T>(signal: AbortSignal, work: (opened: Opened<W>) => Promise<T>): Promise<T> {
    try {
      return await work(await unlessAborted(signal, this.#reopen()));
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

  #reopen(): Promise<Opened<W>> {
    if (this.#open === undefined && this.isLocal && this.#sessions >= MAX_LOCAL_SESSIONS) {
      const why = `the agent was lost ${MAX_LOCAL_SESSIONS} times: ${this.#lastFailure}`;
      throw new LeaseFailure("refused", why);
    }
    return this.open();
  }

  async #start(onLost: () => void): Promise<Opened<W>> {
    const { emit, now, onLoad, prepare } = this.#port;
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
    // A session that is not over when its host is dropped would never end while it is made ready.
    const give = (): void => void session.close();
    signal.addEventListener("abort", give, { once: true });
    try {
      const { work, slots } = await prepare(session);
      this.#slots = slots;
      const { platform, arch, cores } = session.hello;
      emit({
        type: "host.ready",
        host: name,
        slots,
        cores,
        platform: `${platform}-${arch}`,
        started: session.start,
        ms: now() - startedAt,
      });
      return { session, work, slots };
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
