import { LeaseError, openSession, type Session, SessionLostError, type Unit, type Workers } from "#agents";
import { type Host, localHost } from "#fleet";
import { LeaseFailure } from "#schedule";
import { workerFiles } from "./engine-files.ts";

/** An agent that dies again and again will not get better. */
const MAX_SESSIONS = 4;

interface Open {
  session: Session;
  workers: Workers;
}

/** Analysis workers at the end of a pipe. A lost agent is started anew by the next lease. */
export class LocalWorkers {
  readonly #host: Host;
  readonly #root: string;
  readonly #onWorkerLost: (reason: string) => void;
  #open: Promise<Open> | undefined;
  #sessions = 0;
  #lastFailure: string | undefined;

  /** Workers may read below `root`, and nowhere else where their Node can keep them from it. */
  constructor(root: string, slots: number, onWorkerLost: (reason: string) => void) {
    this.#host = { ...localHost, slots };
    this.#root = root;
    this.#onWorkerLost = onWorkerLost;
  }

  /**
   * Starts the processes. Throws an AgentStartError or MissingBuildError; an agent that is lost on the way is left to
   * the first lease.
   */
  async start(signal: AbortSignal): Promise<void> {
    try {
      await this.#current(signal);
    } catch (error) {
      if (!(error instanceof SessionLostError)) throw error;
    }
  }

  /** Rejects with a LeaseFailure, or with a CancelledError once the signal is aborted. */
  async lease(unit: Omit<Unit, "epoch">, signal: AbortSignal): Promise<Uint8Array> {
    try {
      const { workers } = await this.#current(signal);
      return (await workers.lease({ ...unit, epoch: this.#sessions }, signal)).bytes;
    } catch (error) {
      const failure = asFailure(error);
      if (failure instanceof LeaseFailure) this.#lastFailure = failure.message;
      throw failure;
    }
  }

  /** Why the last lease that failed did. */
  get lastFailure(): string | undefined {
    return this.#lastFailure;
  }

  async close(): Promise<void> {
    const open = await this.#open?.catch(() => undefined);
    this.#open = undefined;
    await open?.session.close();
  }

  #current(signal: AbortSignal): Promise<Open> {
    if (this.#open === undefined) {
      if (this.#sessions === MAX_SESSIONS)
        throw new LeaseFailure("refused", `the agent was lost ${MAX_SESSIONS} times: ${this.#lastFailure}`);
      this.#sessions++;
      const open = this.#start(signal, () => {
        if (this.#open === open) this.#open = undefined;
      });
      open.catch(() => {
        if (this.#open === open) this.#open = undefined;
      });
      this.#open = open;
    }
    return this.#open;
  }

  async #start(signal: AbortSignal, onLost: () => void): Promise<Open> {
    const files = await workerFiles();
    const session = await openSession(this.#host, {
      signal,
      onLost,
      onWorkerLost: ({ reason }) => this.#onWorkerLost(reason),
    });
    try {
      return {
        session,
        workers: await session.startWorkers({ ...files, slots: session.slots, readable: [this.#root] }),
      };
    } catch (error) {
      await session.close();
      throw error;
    }
  }
}

function asFailure(error: unknown): unknown {
  if (error instanceof SessionLostError)
    return new LeaseFailure("host-lost", error.message, { cause: error });
  if (!(error instanceof LeaseError)) return error;
  switch (error.reason) {
    case "worker-crashed":
    case "worker-timeout":
    case "worker-broken":
      return new LeaseFailure("worker-lost", error.message, { cause: error });
    case "unit-failed":
    case "missing-blob":
      return new LeaseFailure("failed", error.message, { cause: error });
    default:
      return error;
  }
}
