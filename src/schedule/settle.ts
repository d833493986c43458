import { pardon, recordFailure, recordSuccess, trip } from "./breaker.ts";
import { hasOtherHost } from "./choose-work.ts";
import { estimateFor, type Host } from "./host.ts";
import { endLease, stopLease } from "./leases.ts";
import { observe } from "./speed.ts";
import type { State, Step } from "./state.ts";
import { isSuspect, quarantineReason, suspectGroups } from "./suspects.ts";
import type { FailureType } from "./types.ts";
import { type OpenLease, partOf, type Unit } from "./unit.ts";

/** A result has come. The first one for a unit counts and stops its copies; any other is late. */
export function settleDone(step: Step, id: number): void {
  const { state, now, actions } = step;
  const open = state.open.get(id);
  if (open === undefined) {
    state.late++;
    actions.push({ type: "late", lease: id });
    return;
  }
  const { unit, host, lease } = open;
  const ms = endLease(step, open);
  if (ms > 0) observe(estimateFor(host, unit.kind), unit.weight, ms);
  host.share.items += unit.items.length;
  host.share.weight += unit.weight;
  host.refusals.delete(unit.kind);
  if (recordSuccess(host.breaker, now, state.options)) host.why = "its probe succeeded";
  actions.push({ type: "count", lease, ms });
  for (const copy of unit.open.toReversed()) stopLease(step, copy, "another host was first");
}

/** A lease has ended without a result. Answers of leases that are over change nothing. */
export function settleFailed(step: Step, id: number, failure: FailureType, message: string): void {
  const open = step.state.open.get(id);
  if (open === undefined) return;
  const { unit, host } = open;
  if (failure === "host-lost") {
    loseHost(step, host, message);
    return;
  }
  endLease(step, open);
  host.share.retries++;
  if (failure === "refused") {
    unit.refusedBy.add(host.spec.name);
    host.refusals.set(unit.kind, (host.refusals.get(unit.kind) ?? 0) + 1);
    // A host that refuses its probe is there, and that was the question.
    if (recordSuccess(host.breaker, step.now, step.state.options)) host.why = "its probe was answered";
  } else blame(step, open, failure, message);
  giveBack(step, open, failure, message);
}

function blame(step: Step, open: OpenLease, failure: "worker-lost" | "failed", message: string): void {
  const { unit, host } = open;
  // Whoever was in trouble before is the likelier culprit: only a first trouble counts against the host.
  const hostInDoubt = !isSuspect(unit);
  if (failure === "worker-lost") unit.workerLosses++;
  else unit.failures++;
  unit.avoid.add(host.spec.name);
  if (!hostInDoubt && host.breaker.state === "closed") return;
  unit.charged.push(host.spec.name);
  if (recordFailure(host.breaker, step.now, step.state.options)) rest(host, message);
}

/** The session of a host is gone: what it was doing waits again at once, and its next session has a new epoch. */
function loseHost(step: Step, host: Host, message: string): void {
  trip(host.breaker, step.now, step.state.options);
  rest(host, message);
  host.epoch++;
  const running = host.open.filter((open) => open.runningSince !== undefined);
  for (const { unit } of running) {
    unit.hostLosses++;
    unit.avoid.add(host.spec.name);
  }
  takeBackAll(step, host, message, new Set(running));
}

function rest(host: Host, message: string): void {
  host.why = `${message}; tried again in ${Math.round(host.breaker.restMs / 1000)} s`;
}

/** Ends all leases of a host; last ones first, so that they wait in the order they had. */
export function takeBackAll(step: Step, host: Host, reason: string, lost?: ReadonlySet<OpenLease>): void {
  for (const open of host.open.toReversed()) {
    stopLease(step, open, reason);
    host.share.retries++;
    giveBack(step, open, lost?.has(open) === true ? "host-lost" : "blameless", reason);
  }
}

/** A unit without a result waits again, whole or in parts, or is given up. A running copy may still save it. */
function giveBack(
  step: Step,
  { unit, lease }: OpenLease,
  failure: FailureType | "blameless",
  message: string,
): void {
  const { state, now, actions } = step;
  if (unit.open.length > 0) return;
  const otherHost = hasOtherHost(state, unit, now);
  const reason =
    failure === "blameless" ? undefined : quarantineReason(unit, failure, otherHost, message, state.options);
  if (reason !== undefined) {
    for (const item of unit.items) {
      state.quarantined.push({ item, reason });
      actions.push({ type: "quarantine", item, reason, unit: lease.unit });
    }
    pardonHosts(state, unit);
    return;
  }
  const groups = suspectGroups(unit);
  const parts = groups.length === 1 ? [unit] : groups.map((items) => partOf(unit, state.units++, items));
  state.returned.unshift(...parts);
  state.retries++;
  actions.push({ type: "retry", lease, reason: message });
}

function pardonHosts(state: State, unit: Unit): void {
  for (const name of unit.charged) {
    const host = state.hosts.get(name);
    if (host !== undefined) pardon(host.breaker, 1);
  }
}
