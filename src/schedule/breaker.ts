import type { ScheduleOptions } from "./options.ts";

/**
 * A host's health: a circuit breaker with a half-open state. Failures and successes are counters that fade with
 * `breakerWindowMs`, so that nothing grows with the length of a run.
 */
export interface Breaker {
  state: "closed" | "open" | "half-open";
  failures: number;
  successes: number;
  countedAt: number;
  /** Length of the rest that is on or was last. */
  restMs: number;
  restUntil: number;
  closedAt: number;
}

export function newBreaker(now: number): Breaker {
  return {
    state: "closed",
    failures: 0,
    successes: 0,
    countedAt: now,
    restMs: 0,
    restUntil: now,
    closedAt: now,
  };
}

/** True if the success ended a probe: the host is ready again. */
export function recordSuccess(breaker: Breaker, now: number, options: ScheduleOptions): boolean {
  fade(breaker, now, options);
  breaker.successes++;
  if (breaker.state !== "half-open") return false;
  breaker.state = "closed";
  breaker.failures = 0;
  breaker.closedAt = now;
  return true;
}

/** True if the host has to rest from now on. */
export function recordFailure(breaker: Breaker, now: number, options: ScheduleOptions): boolean {
  fade(breaker, now, options);
  breaker.failures++;
  // Half a failure of slack, since the first of them has already faded a little.
  const repeated = breaker.failures > options.breakerFailures - 0.5 && breaker.failures >= breaker.successes;
  if (breaker.state === "closed" && !repeated) return false;
  return trip(breaker, now, options);
}

/** A failure turned out to be an item's fault. */
export function pardon(breaker: Breaker, failures: number): void {
  breaker.failures = Math.max(0, breaker.failures - failures);
}

/** Starts a rest. A host that fails again soon after its probe rests longer than the last time. */
export function trip(breaker: Breaker, now: number, options: ScheduleOptions): boolean {
  const recovered = breaker.state === "closed" && now - breaker.closedAt > options.breakerWindowMs;
  breaker.restMs =
    recovered || breaker.restMs === 0 ? options.restMs : Math.min(breaker.restMs * 2, options.maxRestMs);
  breaker.restUntil = now + breaker.restMs;
  breaker.state = "open";
  breaker.successes = 0;
  return true;
}

/** True if the rest is over and the host may be probed from now on. */
export function endRest(breaker: Breaker, now: number): boolean {
  if (breaker.state !== "open" || now < breaker.restUntil) return false;
  breaker.state = "half-open";
  return true;
}

function fade(breaker: Breaker, now: number, options: ScheduleOptions): void {
  const left = Math.exp(-Math.max(0, now - breaker.countedAt) / options.breakerWindowMs);
  breaker.failures *= left;
  breaker.successes *= left;
  breaker.countedAt = now;
}
