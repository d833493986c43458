import type { EventStream } from "#kernel";
import type { FleetPlan } from "./fleet-plan.ts";
import type { HostPool } from "./host-pool.ts";

/**
 * Hosts that are new in the fleet file join, those that are gone leave, those whose entry changed do both. Returns how
 * to stop; undefined when nobody watches the file.
 */
export function followFleet(
  plan: FleetPlan,
  pool: HostPool<unknown>,
  events: EventStream,
): (() => void) | undefined {
  let current = new Map(plan.hosts.map((host) => [host.name, JSON.stringify(host)]));
  return plan.watch?.((change) => {
    if ("problem" in change) {
      events.emit({ type: "fleet.changed", joined: [], left: [], problem: change.problem });
      return;
    }
    const wanted = new Map(change.hosts.map((host) => [host.name, JSON.stringify(host)]));
    const left = [...current.keys()].filter((name) => wanted.get(name) !== current.get(name));
    const joined = change.hosts.filter(({ name }) => wanted.get(name) !== current.get(name));
    current = wanted;
    if (left.length === 0 && joined.length === 0) return;
    for (const name of left) pool.drop(name);
    for (const host of joined) pool.join(host);
    events.emit({ type: "fleet.changed", joined: joined.map(({ name }) => name), left });
  });
}
