import { canRun, isOverloaded } from "./host.ts";
import { join } from "./membership.ts";
import { hasWaiting, outcomeOf, type State, type Step } from "./state.ts";
import type { HostSpec, Outcome } from "./types.ts";
import type { Needs } from "./unit.ts";

/** Ends the run when nothing is left to do, or nobody to do it; starts the fallback host before that. */
export function checkEnd(step: Step): void {
  const { state, now } = step;
  if (!state.begun) return;
  if (!hasWaiting(state) && state.running.size === 0) {
    finish(step, "finished");
    return;
  }
  if (state.paused) {
    state.strandedSince = undefined;
    return;
  }
  const waiting = waitingNeeds(state);
  const stranded = waiting.filter((needs) => !hasHealthyHost(state, needs));
  if (stranded.length === 0) {
    state.strandedSince = undefined;
    return;
  }
  state.strandedSince ??= now;
  // Compared as `nextWake` computes it: a difference could round to just below.
  const since = state.strandedSince;
  const { fallback } = state;
  if (fallback !== undefined && stranded.some(({ fits }) => fits === undefined || fits(fallback))) {
    if (now >= since + state.options.fallbackAfterMs) startFallback(step, fallback);
  } else if (now >= since + state.options.starveAfterMs && state.running.size === 0) {
    if (stranded.length === waiting.length) finish(step, "starved");
  }
}

export function finish(step: Step, end: Outcome["end"]): void {
  const outcome = outcomeOf(step.state, end);
  step.state.outcome = outcome;
  step.actions.push({ type: "finish", outcome });
}

function startFallback(step: Step, fallback: HostSpec): void {
  const { state, actions } = step;
  const reason = "no other host can do what is left";
  state.fallback = undefined;
  state.fellBack = true;
  state.strandedSince = undefined;
  join(step, fallback, reason);
  actions.push({ type: "fallback", host: fallback.name, reason });
}

function waitingNeeds(state: State): Needs[] {
  return [...state.lanes.filter((lane) => lane.count > 0), ...state.returned];
}

/** A host above its load limit counts: the limit is a pause, and reports of load go out of date. */
function hasHealthyHost(state: State, needs: Needs): boolean {
  for (const host of state.hosts.values())
    if (host.breaker.state === "closed" && canRun(host, needs, state.options)) return true;
  return false;
}

/** When `decide` must be called again though nothing may happen until then; undefined if never. */
export function nextWake(state: State, now: number): number | undefined {
  if (!state.begun || state.outcome !== undefined || state.paused) return undefined;
  const { options } = state;
  const times: number[] = [];
  let idle = false;
  for (const host of state.hosts.values()) {
    if (!host.present) continue;
    if (host.breaker.state === "open") times.push(host.breaker.restUntil);
    else if (isOverloaded(host, now, options)) times.push((host.load?.at ?? now) + options.loadTtlMs + 1);
    else if (host.open.length < host.slots) idle = true;
  }
  if (idle && state.running.size > 0) times.push(now + options.idleCheckMs);
  if (state.strandedSince !== undefined)
    times.push(state.strandedSince + options.fallbackAfterMs, state.strandedSince + options.starveAfterMs);
  // What is due has just been decided; only an event can change it. A time that is not ahead would wake us for ever.
  const ahead = times.filter((time) => time > now);
  return ahead.length === 0 ? undefined : Math.min(...ahead);
}
