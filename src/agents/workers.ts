import type { Leases, LeaseResult, Unit } from "./leases.ts";
import type { LocalFile } from "./built-file.ts";

/** What the workers of a capability are made of. */
export interface WorkerSpec {
  /** Built by `scripts/build.ts` in the form of `scripts/uploaded-format.ts`; it calls `runWorker`. */
  bundle: LocalFile;
  /** Files the bundle loads by name: grammars, WebAssembly. */
  assets?: readonly LocalFile[];
  /** JSON; the worker's `context.params`. */
  params?: unknown;
  slots: number;
  /** Folders of this machine that workers on the local host may read; other hosts get content as blobs. */
  readable?: readonly string[];
  /** Bound of each worker's JavaScript heap. */
  memoryMb?: number;
}

/** Worker processes on one host, all ready. */
export class Workers {
  readonly slots: number;
  readonly #leases: Leases;
  readonly #stop: () => Promise<void>;

  constructor(slots: number, leases: Leases, stop: () => Promise<void>) {
    this.slots = slots;
    this.#leases = leases;
    this.#stop = stop;
  }

  /** Leases given to the host and not answered yet. */
  get underWay(): number {
    return this.#leases.underWay;
  }

  /**
   * One unit, one result. More leases than the host has credit for (twice its slots) wait on this side. Rejects
   * with a LeaseError (see its reasons), the SessionLostError that ended the session, or a CancelledError.
   */
  lease(unit: Unit, signal?: AbortSignal): Promise<LeaseResult> {
    return this.#leases.lease(unit, signal);
  }

  /** Ends the processes; leases that are still open reject. */
  stop(): Promise<void> {
    return this.#stop();
  }
}
