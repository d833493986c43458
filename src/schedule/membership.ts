import { type Host, newHost, runNext, slotsOf } from "./host.ts";
import { takeBackAll } from "./settle.ts";
import type { Step } from "./state.ts";
import type { HostSpec } from "./types.ts";

/**
 * A host joins, comes back, or is described anew. One that was lost is probed at once, since whoever adds it again
 * has reached it; a healthy one goes on with what it has.
 */
export function join(step: Step, spec: HostSpec, why: string): void {
  const { hosts } = step.state;
  const host = hosts.get(spec.name);
  if (host === undefined) {
    hosts.set(spec.name, { ...newHost(spec, step.now), why });
    return;
  }
  host.spec = spec;
  if (spec.load !== undefined) host.load = { value: spec.load, at: step.now };
  setSlots(step, host, spec.slots);
  host.refusals.clear();
  if (host.present && host.breaker.state === "closed") return;
  host.present = true;
  host.why = why;
  if (host.breaker.state === "open") host.breaker.restUntil = step.now;
}

/** A host leaves: what it was doing waits again, and nobody is blamed. */
export function leave(step: Step, name: string): void {
  const host = step.state.hosts.get(name);
  if (host === undefined || !host.present) return;
  host.present = false;
  host.epoch++;
  host.load = undefined;
  host.why = "dropped";
  takeBackAll(step, host, `host "${name}" was dropped`);
}

/** Fewer slots end no lease; the host gets none until it has room. */
export function setSlots(step: Step, host: Host, slots: number): void {
  host.slots = slotsOf(slots);
  runNext(host, step.now);
}
