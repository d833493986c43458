import type { Host } from "./host.ts";
import { freeItems, type Lane, lanesOf, type Queue } from "./lane.ts";
import type { FleetView } from "./fleet-view.ts";
import { defaultOptions, type ScheduleOptions } from "./options.ts";
import type { Action, HostSpec, Item, Outcome } from "./types.ts";
import type { OpenLease, Unit } from "./unit.ts";
import { shareOf } from "./host.ts";

/** All that a schedule knows. Changed only by `decide`. */
export interface State {
  readonly options: ScheduleOptions;
  readonly items: readonly Item[];
  /** Items nobody has had yet. */
  readonly lanes: readonly Lane[];
  /** Units that came back, first to be given out. */
  readonly returned: Unit[];
  /** Units under lease. */
  readonly running: Set<Unit>;
  readonly open: Map<number, OpenLease>;
  readonly hosts: Map<string, Host>;
  readonly quarantined: { readonly item: Item; readonly reason: string }[];
  /** May start when no host is left; undefined once it has. */
  fallback: HostSpec | undefined;
  fellBack: boolean;
  begun: boolean;
  paused: boolean;
  /** Since when some work waits that no healthy host can do. */
  strandedSince: number | undefined;
  outcome: Outcome | undefined;
  leases: number;
  units: number;
  retries: number;
  copies: number;
  late: number;
}

/** One call of `decide`. */
export interface Step {
  readonly state: State;
  readonly now: number;
  readonly actions: Action[];
  /** What the fleet can do for each queue, worked out once a step. */
  readonly views: Map<Queue, FleetView>;
}

export interface ScheduleSetup {
  readonly items: readonly Item[];
  /** May be used when no other host can do what is left. */
  readonly fallback?: HostSpec | undefined;
  readonly options?: Partial<ScheduleOptions> | undefined;
}

/** Throws a RangeError for a weight that is not above 0 and a TypeError for an id that is there twice. */
export function newState(setup: ScheduleSetup): State {
  const ids = new Set<string>();
  for (const { id, weight } of setup.items) {
    if (!(weight > 0 && weight < Infinity)) throw new RangeError(`item "${id}" weighs ${weight}`);
    if (ids.has(id)) throw new TypeError(`item "${id}" is there twice`);
    ids.add(id);
  }
  return {
    options: { ...defaultOptions, ...setup.options },
    items: setup.items,
    lanes: lanesOf(setup.items),
    returned: [],
    running: new Set(),
    open: new Map(),
    hosts: new Map(),
    quarantined: [],
    fallback: setup.fallback,
    fellBack: false,
    begun: false,
    paused: false,
    strandedSince: undefined,
    outcome: undefined,
    leases: 0,
    units: 0,
    retries: 0,
    copies: 0,
    late: 0,
  };
}

/** True while something waits to be given out. */
export function hasWaiting(state: State): boolean {
  return state.returned.length > 0 || state.lanes.some((lane) => lane.count > 0);
}

export function outcomeOf(state: State, end: Outcome["end"]): Outcome {
  const left = new Set<Item>();
  for (const lane of state.lanes) for (const item of freeItems(lane)) left.add(item);
  for (const unit of [...state.returned, ...state.running]) for (const item of unit.items) left.add(item);
  return {
    end,
    complete: left.size === 0 && state.quarantined.length === 0,
    quarantined: state.quarantined,
    unfinished: left.size === 0 ? [] : state.items.filter((item) => left.has(item)),
    perHost: [...state.hosts.values()].map((host) => shareOf(host, state.options)),
    retries: state.retries,
    copies: state.copies,
    late: state.late,
    fellBack: state.fellBack,
  };
}
