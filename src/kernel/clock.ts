/** Time comes in through the context, so that schedules can be simulated and tests are deterministic. */
export interface Clock {
  /** Milliseconds since the epoch, for people and logs. */
  now(): number;
  /** Milliseconds that never jump, for durations. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
