import { endRest } from "./breaker.ts";
import { type Purpose, takeWork } from "./choose-work.ts";
import { isWorking } from "./fleet-view.ts";
import { type Host, knownSpeed } from "./host.ts";
import { startLease } from "./leases.ts";
import { chooseCopy, stragglersOf } from "./speculate.ts";
import { hasWaiting, type Step } from "./state.ts";

/** Gives work to every host that has room for it: probes, free slots, work sent ahead, then copies of stragglers. */
export function dispatch(step: Step): void {
  const { state, now } = step;
  if (!state.begun || state.paused) return;
  for (const host of state.hosts.values()) if (endRest(host.breaker, now)) host.why = "its rest is over";
  if (hasWaiting(state)) {
    probe(step);
    const hosts = fastestFirst(step);
    fill(step, hosts, "slot", (host) => host.slots);
    fill(step, hosts, "ahead", (host) => host.slots + Math.ceil(host.slots * state.options.prefetch));
  }
  const idle = [...state.hosts.values()].filter(
    (host) => isWorking(state, host, now) && host.open.length < host.slots,
  );
  if (state.running.size > 0 && idle.length > 0) copyStragglers(step, idle);
}

function copyStragglers(step: Step, idle: readonly Host[]): void {
  const stragglers = stragglersOf(step);
  for (const host of idle) {
    while (host.open.length < host.slots) {
      const unit = chooseCopy(step, host, stragglers);
      if (unit === undefined) break;
      startLease(step, host, unit, true);
    }
  }
}

function probe(step: Step): void {
  const { state } = step;
  for (const host of state.hosts.values()) {
    if (!host.present || host.breaker.state !== "half-open" || host.open.length > 0) continue;
    const unit = takeWork(step, host, "probe");
    if (unit !== undefined) startLease(step, host, unit, false);
  }
}

/** The longest items come first, so the fastest hosts choose first. */
function fastestFirst({ state, now }: Step): Host[] {
  const kind = state.lanes[0]?.kind ?? "";
  return [...state.hosts.values()]
    .filter((host) => isWorking(state, host, now) && host.open.length < host.slots * 2)
    .map((host) => ({ host, speed: knownSpeed(host, kind, state.options) ?? 0 }))
    .sort((a, b) => b.speed - a.speed)
    .map(({ host }) => host);
}

/** One lease each in turn, so that all have something before some have much. */
function fill(step: Step, hosts: readonly Host[], purpose: Purpose, room: (host: Host) => number): void {
  let hungry = hosts;
  while (hungry.length > 0) {
    hungry = hungry.filter((host) => {
      if (host.open.length >= room(host)) return false;
      const unit = takeWork(step, host, purpose);
      if (unit === undefined) return false;
      startLease(step, host, unit, false);
      return true;
    });
  }
}
