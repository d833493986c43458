import type { Host } from "./host.ts";
import type { HostSpec, Item, Lease } from "./types.ts";

/**
 * A set of items that is leased as a whole. Units are split and never merged, so what happened to a unit happened
 * to each of its items, and parts inherit it.
 */
export interface Unit {
  readonly number: number;
  readonly items: readonly Item[];
  readonly weight: number;
  readonly kind: string;
  readonly fits: ((host: HostSpec) => boolean) | undefined;
  attempts: number;
  workerLosses: number;
  failures: number;
  /** Losses of a host while the unit was running there. */
  hostLosses: number;
  /** Hosts on which it went wrong: others are preferred. */
  readonly avoid: Set<string>;
  readonly refusedBy: Set<string>;
  /** Hosts whose health suffered by it: cleared if the unit turns out to be the culprit. */
  readonly charged: string[];
  readonly open: OpenLease[];
}

/** A lease without an answer yet. */
export interface OpenLease {
  readonly lease: Lease;
  readonly unit: Unit;
  readonly host: Host;
  /** When the host had a slot for it, as far as we know; undefined while it waits there. */
  runningSince: number | undefined;
}

export type Needs = Pick<Unit, "kind" | "fits"> & { readonly refusedBy?: ReadonlySet<string> };

export function newUnit(number: number, needs: Needs, items: readonly Item[]): Unit {
  return {
    number,
    items,
    weight: items.reduce((sum, item) => sum + item.weight, 0),
    kind: needs.kind,
    fits: needs.fits,
    attempts: 0,
    workerLosses: 0,
    failures: 0,
    hostLosses: 0,
    avoid: new Set(),
    refusedBy: new Set(),
    charged: [],
    open: [],
  };
}

/** A part of a unit, with the unit's past. */
export function partOf(unit: Unit, number: number, items: readonly Item[]): Unit {
  return {
    ...newUnit(number, unit, items),
    attempts: unit.attempts,
    workerLosses: unit.workerLosses,
    failures: unit.failures,
    hostLosses: unit.hostLosses,
    avoid: new Set(unit.avoid),
    refusedBy: new Set(unit.refusedBy),
    charged: [...unit.charged],
  };
}
