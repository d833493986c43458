import { type Breaker, newBreaker } from "./breaker.ts";
import type { ScheduleOptions } from "./options.ts";
import { type Estimate, newEstimate, overheadOf, speedOf, startOf } from "./speed.ts";
import type { HostShare, HostSpec, HostState } from "./types.ts";
import type { Needs, OpenLease } from "./unit.ts";

export interface Host {
  spec: HostSpec;
  slots: number;
  epoch: number;
  /** False once dropped; its share of the run stays. */
  present: boolean;
  readonly breaker: Breaker;
  load: { readonly value: number; readonly at: number } | undefined;
  readonly estimates: Map<string, Estimate>;
  /** Refusals by kind since the last success of that kind. */
  readonly refusals: Map<string, number>;
  /** In the order they were sent, which is the order the host runs them in. */
  readonly open: OpenLease[];
  readonly share: { leases: number; items: number; weight: number; busyMs: number; retries: number };
  /** Last state that was told. */
  told: HostState | undefined;
  /** Why the host is in its state, for people. */
  why: string;
}

export function newHost(spec: HostSpec, now: number): Host {
  return {
    spec,
    slots: slotsOf(spec.slots),
    epoch: 0,
    present: true,
    breaker: newBreaker(now),
    load: spec.load === undefined ? undefined : { value: spec.load, at: now },
    estimates: new Map(),
    refusals: new Map(),
    open: [],
    share: { leases: 0, items: 0, weight: 0, busyMs: 0, retries: 0 },
    told: undefined,
    why: "joined",
  };
}

export function slotsOf(slots: number): number {
  return Math.max(0, Math.floor(slots));
}

export function stateOf(host: Host, now: number, options: ScheduleOptions): HostState {
  if (!host.present) return "left";
  if (host.breaker.state === "open") return "resting";
  if (host.breaker.state === "half-open") return "probing";
  return isOverloaded(host, now, options) ? "busy" : "ready";
}

export function isOverloaded(host: Host, now: number, options: ScheduleOptions): boolean {
  const { load, spec } = host;
  if (load === undefined || spec.maxLoad === undefined || now - load.at > options.loadTtlMs) return false;
  return load.value > spec.maxLoad;
}

/** True if the host may ever run this, whatever its health is now. */
export function canRun(host: Host, needs: Needs, options: ScheduleOptions): boolean {
  if (!host.present || host.slots === 0 || needs.refusedBy?.has(host.spec.name) === true) return false;
  if ((host.refusals.get(needs.kind) ?? 0) >= options.maxRefusals) return false;
  return needs.fits === undefined || needs.fits(host.spec);
}

export function estimateFor(host: Host, kind: string): Estimate {
  let estimate = host.estimates.get(kind);
  if (estimate === undefined) host.estimates.set(kind, (estimate = newEstimate()));
  return estimate;
}

/** Weight per millisecond and slot: learned, else of an earlier run, else undefined. */
export function knownSpeed(host: Host, kind: string, options: ScheduleOptions): number | undefined {
  return speedOf(host.estimates.get(kind), options.overheadMs) ?? host.spec.speeds?.[kind];
}

export function knownOverhead(host: Host, kind: string, options: ScheduleOptions): number {
  return overheadOf(host.estimates.get(kind), options.overheadMs);
}

/** Milliseconds that a kind new to the host costs it before it works: the least that one has; 0 if nobody knows. */
export function knownStart(host: Host, options: ScheduleOptions): number {
  let least = Infinity;
  for (const estimate of host.estimates.values())
    least = Math.min(least, startOf(estimate, options.overheadMs) ?? Infinity);
  return least === Infinity ? 0 : least;
}

/** Puts a lease on the host; it runs at once if a slot is free. */
export function occupy(host: Host, open: OpenLease, now: number): void {
  host.open.push(open);
  runNext(host, now);
}

/** Takes a lease off the host; the longest waiting one gets its slot. Returns the milliseconds it ran. */
export function vacate(host: Host, open: OpenLease, now: number): number {
  host.open.splice(host.open.indexOf(open), 1);
  const ms = open.runningSince === undefined ? 0 : Math.max(0, now - open.runningSince);
  host.share.busyMs += ms;
  runNext(host, now);
  return ms;
}

/** Gives free slots to the leases that wait on the host. */
export function runNext(host: Host, now: number): void {
  let running = 0;
  for (const open of host.open) {
    if (running === host.slots) return;
    open.runningSince ??= now;
    running++;
  }
}

export function shareOf(host: Host, options: ScheduleOptions): HostShare {
  const speeds: Record<string, number> = {};
  for (const [kind, estimate] of host.estimates) {
    const speed = speedOf(estimate, options.overheadMs);
    if (speed !== undefined) speeds[kind] = speed;
  }
  return { host: host.spec.name, local: host.spec.local === true, ...host.share, speeds };
}
