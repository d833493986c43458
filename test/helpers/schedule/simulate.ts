import { decide } from "../../../src/schedule/decide.ts";
import { nextWake } from "../../../src/schedule/ending.ts";
import { newState, type State } from "../../../src/schedule/state.ts";
import type { ScheduleOptions } from "../../../src/schedule/options.ts";
import type { Action, HostSpec, Input, Outcome } from "../../../src/schedule/types.ts";
import type { Item, Lease } from "#schedule";
import { type Answer, type HostModel, type ItemModel, SimulatedHost } from "./simulated-host.ts";
import { Timeline } from "./timeline.ts";

export interface World {
  readonly items: readonly Item[];
  readonly hosts: readonly HostModel[];
  readonly fallback?: HostModel | undefined;
  readonly itemModel?: ((item: Item) => ItemModel) | undefined;
  readonly options?: Partial<ScheduleOptions> | undefined;
  /** Further inputs at given times: loads, pauses, a cancel. */
  readonly script?: readonly { readonly at: number; readonly input: Input }[] | undefined;
  /** Virtual time after which a run is taken to hang. */
  readonly limitMs?: number | undefined;
}

export interface Counted {
  readonly at: number;
  readonly lease: Lease;
}

export interface Simulation {
  readonly outcome: Outcome;
  readonly makespanMs: number;
  readonly counted: readonly Counted[];
  /** Everything the core decided, with its time: equal logs mean equal runs. */
  readonly log: readonly { readonly at: number; readonly action: Action }[];
  readonly hosts: ReadonlyMap<string, SimulatedHost>;
}

/**
 * Runs the decision core in virtual time against hosts that work, fail and answer as they are told. Checks after
 * each decision that what is out stays within its bounds. Throws if the run hangs: nothing planned and no outcome,
 * or no outcome before `limitMs`.
 */
export function simulate(world: World): Simulation {
  const timeline = new Timeline();
  const state = newState({
    items: world.items,
    fallback: world.fallback?.spec,
    options: world.options,
  });
  const hosts = new Map<string, SimulatedHost>();
  const itemModel = world.itemModel ?? ((): ItemModel => ({ cost: 1 }));
  for (const model of [...world.hosts, ...(world.fallback === undefined ? [] : [world.fallback])])
    hosts.set(model.spec.name, new SimulatedHost(model, timeline, itemModel));
  const counted: Counted[] = [];
  const log: { at: number; action: Action }[] = [];
  let outcome: Outcome | undefined;
  let wakes = 0;

  function feed(input: Input): void {
    for (const action of decide(state, input, timeline.now)) {
      if (action.type === "start") checkBounds(state, action.lease);
      log.push({ at: timeline.now, action });
      act(action);
    }
    const at = nextWake(state, timeline.now);
    const wake = ++wakes;
    if (at !== undefined) timeline.plan(at, () => wake === wakes && feed({ type: "woke" }));
  }

  function act(action: Action): void {
    switch (action.type) {
      case "start":
        hosts.get(action.lease.host)?.give(action.lease, (answer) => feed(inputOf(action.lease.id, answer)));
        return;
      case "stop":
        hosts.get(action.lease.host)?.stop(action.lease.id);
        return;
      case "count":
        counted.push({ at: timeline.now, lease: action.lease });
        return;
      case "finish":
        outcome = action.outcome;
        return;
      case "late":
      case "retry":
      case "quarantine":
      case "host":
      case "fallback":
    }
  }

  for (const { spec, joinsAt = 0, leavesAt } of world.hosts) {
    timeline.plan(joinsAt, () => feed({ type: "host.joined", host: spec }));
    if (leavesAt !== undefined)
      timeline.plan(leavesAt, () => feed({ type: "host.dropped", host: spec.name }));
  }
  timeline.plan(0, () => feed({ type: "begun" }));
  for (const { at, input } of world.script ?? []) timeline.plan(at, () => feed(input));

  const limitMs = world.limitMs ?? 86_400_000;
  const ended = (): Outcome | undefined => outcome;
  while (ended() === undefined) {
    if (!timeline.step()) throw new Error("the schedule hangs: nothing is planned and the run has not ended");
    if (timeline.now > limitMs) throw new Error(`the schedule has not ended after ${limitMs} ms`);
  }
  const makespanMs = timeline.now;
  // Answers that are still on their way must change nothing.
  while (timeline.step());
  const last = ended();
  if (last === undefined) throw new Error("the outcome is gone");
  return { outcome: last, makespanMs, counted, log, hosts };
}

function inputOf(lease: number, answer: Answer): Input {
  if (answer.type === "done") return { type: "lease.done", lease };
  return { type: "lease.failed", lease, failure: answer.type, message: answer.message };
}

/** What a lease must not exceed when it is given out. */
function checkBounds(state: State, lease: Lease): void {
  const { prefetch, maxCopies } = state.options;
  const open = state.open.get(lease.id);
  if (open === undefined) throw new Error("a lease was started and is not open");
  const { host, unit } = open;
  const most = host.breaker.state === "half-open" ? 1 : host.slots + Math.ceil(host.slots * prefetch);
  if (host.open.length > most) throw new Error(`${host.open.length} leases on a host that may have ${most}`);
  if (host.breaker.state === "open") throw new Error("a resting host was given work");
  if (unit.open.length > maxCopies + 1) throw new Error(`a unit runs ${unit.open.length} times`);
}

/** A host as plain as can be, to be varied. */
export function plainHost(name: string, changes: Partial<HostModel> & Partial<HostSpec> = {}): HostModel {
  const { slots = 1, maxLoad, labels, ...model } = changes;
  return { spec: { name, slots, maxLoad, labels }, speed: 1, overheadMs: 5, latencyMs: 1, ...model };
}
