import { type Host, occupy, vacate } from "./host.ts";
import type { Step } from "./state.ts";
import type { OpenLease, Unit } from "./unit.ts";

/** Gives a unit to a host. */
export function startLease(step: Step, host: Host, unit: Unit, copy: boolean): void {
  const { state, now, actions } = step;
  const lease = {
    id: state.leases++,
    unit: unit.number,
    host: host.spec.name,
    attempt: ++unit.attempts,
    epoch: host.epoch,
    items: unit.items,
  };
  const open: OpenLease = { lease, unit, host, runningSince: undefined };
  state.open.set(lease.id, open);
  state.running.add(unit);
  unit.open.push(open);
  host.share.leases++;
  occupy(host, open, now);
  if (copy) state.copies++;
  actions.push({ type: "start", lease, copy });
}

/** The lease is over, however it ended: an answer that comes for it now is late. Returns the milliseconds it ran. */
export function endLease(step: Step, open: OpenLease): number {
  step.state.open.delete(open.lease.id);
  open.unit.open.splice(open.unit.open.indexOf(open), 1);
  if (open.unit.open.length === 0) step.state.running.delete(open.unit);
  return vacate(open.host, open, step.now);
}

/** Ends a lease from our side. */
export function stopLease(step: Step, open: OpenLease, reason: string): void {
  endLease(step, open);
  step.actions.push({ type: "stop", lease: open.lease, reason });
}
