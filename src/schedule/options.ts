export interface ScheduleOptions {
  /** A lease aims at 1/k of the time that is left: larger wastes overhead, smaller leaves hosts waiting at the end. */
  readonly k: number;
  /** As long as no speed is known, leases are this many times smaller than they would be. */
  readonly startDivisor: number;
  /** … and weigh no more than this: the first lease of a slow host must not be the last of the run. */
  readonly startWeight: number;
  /** No lease below this many times its own overhead, however little is left. */
  readonly leastOverheads: number;
  /** Overhead of a lease until it is learned, milliseconds. */
  readonly overheadMs: number;
  /** No lease is meant to take longer: what a lost host takes with it must be small. */
  readonly maxLeaseMs: number;
  readonly maxItems: number;
  /** Leases sent ahead per slot, so that a host does not wait for the wire. */
  readonly prefetch: number;
  /** Runs of the same items beside the first, at most. */
  readonly maxCopies: number;
  /** A copy must be expected to take this many times less than what is still expected of the original. */
  readonly copyGain: number;
  /** An item is given up when so many workers died of it … */
  readonly maxWorkerLosses: number;
  /** … or its work threw so often … */
  readonly maxFailures: number;
  /** … or it was running when so many hosts were lost. */
  readonly maxHostLosses: number;
  /** Refusals of a kind, without a success, after which a host is not offered that kind again. */
  readonly maxRefusals: number;
  /** Failures within about `breakerWindowMs`, outnumbering the successes, after which a host rests. */
  readonly breakerFailures: number;
  readonly breakerWindowMs: number;
  /** First rest; doubles with every failed probe up to `maxRestMs`. */
  readonly restMs: number;
  readonly maxRestMs: number;
  /** A load that was reported longer ago says nothing. */
  readonly loadTtlMs: number;
  /** Work without a usable host for so long: the fallback host starts … */
  readonly fallbackAfterMs: number;
  /** … or, without one, the run ends incomplete. */
  readonly starveAfterMs: number;
  /** While slots are idle and work is under way, how often to look again for stragglers. */
  readonly idleCheckMs: number;
}

export const defaultOptions: ScheduleOptions = {
  k: 2,
  startDivisor: 8,
  startWeight: Infinity,
  leastOverheads: 2,
  overheadMs: 10,
  maxLeaseMs: 2000,
  maxItems: 5000,
  prefetch: 0.5,
  maxCopies: 2,
  copyGain: 1.25,
  maxWorkerLosses: 3,
  maxFailures: 2,
  maxHostLosses: 6,
  maxRefusals: 3,
  breakerFailures: 3,
  breakerWindowMs: 30_000,
  restMs: 1000,
  maxRestMs: 30_000,
  loadTtlMs: 30_000,
  fallbackAfterMs: 2000,
  starveAfterMs: 20_000,
  idleCheckMs: 250,
};
