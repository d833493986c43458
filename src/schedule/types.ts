/** One piece of work. */
export interface Item {
  /** Unique within a run. */
  readonly id: string;
  /** Expected cost in the unit of the work (bytes, milliseconds of an earlier run): finite, above 0. */
  readonly weight: number;
  /** Speeds are learned per host and kind; a lease holds items of one kind. */
  readonly kind?: string | undefined;
  /** The host that should have it if that costs no time, since it has some of what the item needs. */
  readonly home?: string | undefined;
  /** What the item needs of a host. Items with the same needs must share one function: it names their queue. */
  readonly fits?: ((host: HostSpec) => boolean) | undefined;
}

export interface HostSpec {
  readonly name: string;
  /** Leases that run at once. */
  readonly slots: number;
  readonly local?: boolean | undefined;
  readonly labels?: readonly string[] | undefined;
  /** Above this reported load the host gets no new lease. */
  readonly maxLoad?: number | undefined;
  /** What it reported before it joined. */
  readonly load?: number | undefined;
  /** Speeds of an earlier run by kind (`""` for items without one): weight per millisecond and slot. */
  readonly speeds?: Readonly<Record<string, number>> | undefined;
}

/** Items that a host was given together; answered as a whole. */
export interface Lease<I extends Item = Item> {
  /** Unique within a run. */
  readonly id: number;
  /** Names the set of items: a copy or a retry of the same set has the same unit. */
  readonly unit: number;
  readonly host: string;
  /** From 1; counts how often these items were given out. */
  readonly attempt: number;
  /** Counts the host's sessions from 0: an answer of an earlier session is never counted. */
  readonly epoch: number;
  readonly items: readonly I[];
}

/**
 * Why a lease gave no result.
 * - `worker-lost`: the process doing the work died or ran out of time; the host lives.
 * - `host-lost`: the session is gone, and every lease of the host with it.
 * - `refused`: the host cannot run this; nobody is at fault.
 * - `failed`: the work itself threw, and would again.
 */
export type FailureType = "worker-lost" | "host-lost" | "refused" | "failed";

/**
 * `ready`: gets work · `busy`: its load is above `maxLoad` · `resting`: failed repeatedly or was lost, waits for its
 * probe · `probing`: gets one small lease · `left`: dropped.
 */
export type HostState = "ready" | "busy" | "resting" | "probing" | "left";

/** Everything that can happen to a schedule. */
export type Input =
  | { readonly type: "begun" }
  | { readonly type: "host.joined"; readonly host: HostSpec }
  | { readonly type: "host.dropped"; readonly host: string }
  | { readonly type: "host.load"; readonly host: string; readonly load: number }
  | { readonly type: "host.slots"; readonly host: string; readonly slots: number }
  | { readonly type: "lease.done"; readonly lease: number }
  | {
      readonly type: "lease.failed";
      readonly lease: number;
      readonly failure: FailureType;
      readonly message: string;
    }
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  | { readonly type: "cancelled" }
  | { readonly type: "woke" };

/** Everything a schedule can ask for or tell. */
export type Action =
  /** `copy`: another host already has these items and is expected to answer late. */
  | { readonly type: "start"; readonly lease: Lease; readonly copy: boolean }
  /** The lease's answer is not wanted any more. */
  | { readonly type: "stop"; readonly lease: Lease; readonly reason: string }
  /** First answer for its items: hand it on. */
  | { readonly type: "count"; readonly lease: Lease; readonly ms: number }
  /** An answer after its lease had ended; must not be handed on. */
  | { readonly type: "late"; readonly lease: number }
  /** The lease ended without a result and its items wait again. */
  | { readonly type: "retry"; readonly lease: Lease; readonly reason: string }
  /** `unit`: the one it was in, alone. */
  | { readonly type: "quarantine"; readonly item: Item; readonly reason: string; readonly unit: number }
  | { readonly type: "host"; readonly host: string; readonly state: HostState; readonly reason: string }
  /** No host was left: the fallback host works from now on. */
  | { readonly type: "fallback"; readonly host: string; readonly reason: string }
  | { readonly type: "finish"; readonly outcome: Outcome };

/** What one host did; `weight` and `items` count results that were counted. */
export interface HostShare {
  readonly host: string;
  readonly local: boolean;
  /** Leases given to it, whatever became of them. */
  readonly leases: number;
  readonly items: number;
  readonly weight: number;
  /** Slot time under lease, whatever became of it; prefetched leases count from when a slot was free. */
  readonly busyMs: number;
  /** Leases that ended on it without a result, by failure. */
  readonly retries: number;
  /** Learned speeds by kind, to be given to the next run as `HostSpec.speeds`. */
  readonly speeds: Readonly<Record<string, number>>;
}

export interface Outcome<I extends Item = Item> {
  /** `starved`: work was left and no host to do it. */
  readonly end: "finished" | "starved" | "cancelled";
  /** Every item has a counted result. */
  readonly complete: boolean;
  readonly quarantined: readonly { readonly item: I; readonly reason: string }[];
  /** In the order the items were given. */
  readonly unfinished: readonly I[];
  readonly perHost: readonly HostShare[];
  /** Leases given out again after a failure. */
  readonly retries: number;
  /** Leases that ran beside another one of the same items. */
  readonly copies: number;
  /** Answers that came second and were not counted. */
  readonly late: number;
  /** The fallback host was used. */
  readonly fellBack: boolean;
}
