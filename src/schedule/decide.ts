import { dispatch } from "./dispatch.ts";
import { checkEnd, finish } from "./ending.ts";
import { stateOf } from "./host.ts";
import { stopLease } from "./leases.ts";
import { join, leave, setSlots } from "./membership.ts";
import { settleDone, settleFailed } from "./settle.ts";
import type { State, Step } from "./state.ts";
import type { Action, Input } from "./types.ts";

/**
 * The decision core: what happened, and when (milliseconds that never go back), in; what to do out. Changes `state`
 * in place and touches nothing else: no I/O, no timers, no clock, no randomness, so the same inputs always give the
 * same actions. Once the run has ended, only late answers are told.
 */
export function decide(state: State, input: Input, now: number): Action[] {
  const step: Step = { state, now, actions: [], views: new Map() };
  if (state.outcome !== undefined) {
    if (input.type === "lease.done") settleDone(step, input.lease);
    return step.actions;
  }
  apply(step, input);
  if (state.outcome === undefined) {
    dispatch(step);
    checkEnd(step);
    // The fallback host starts in `checkEnd` and should not have to wait for the next event.
    if (step.actions.at(-1)?.type === "fallback") dispatch(step);
  }
  tellHosts(step);
  return step.actions;
}

function apply(step: Step, input: Input): void {
  const { state, now } = step;
  switch (input.type) {
    case "begun":
      state.begun = true;
      return;
    case "host.joined":
      return join(step, input.host, "joined");
    case "host.dropped":
      return leave(step, input.host);
    case "host.load": {
      const host = state.hosts.get(input.host);
      if (host === undefined) return;
      host.load = { value: input.load, at: now };
      host.why = `load ${input.load}`;
      return;
    }
    case "host.slots": {
      const host = state.hosts.get(input.host);
      if (host !== undefined) setSlots(step, host, input.slots);
      return;
    }
    case "lease.done":
      return settleDone(step, input.lease);
    case "lease.failed":
      return settleFailed(step, input.lease, input.failure, input.message);
    case "paused":
      state.paused = true;
      return;
    case "resumed":
      state.paused = false;
      return;
    case "cancelled":
      finish(step, "cancelled");
      for (const open of state.open.values()) stopLease(step, open, "the run was cancelled");
      return;
    case "woke":
  }
}

function tellHosts({ state, now, actions }: Step): void {
  for (const host of state.hosts.values()) {
    const current = stateOf(host, now, state.options);
    if (current === host.told) continue;
    host.told = current;
    actions.push({ type: "host", host: host.spec.name, state: current, reason: host.why });
  }
}
