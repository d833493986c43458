import type { CaelumEvent } from "#kernel";
import {
  advanceHost,
  type HostEvent,
  type HostProgress,
  newHostProgress,
  withLease,
  withoutUnit,
} from "./host-progress.ts";

/** The hosts of a run in the order they were first heard of. */
export type HostTable = readonly HostProgress[];

/** What an event changes in the table; the same table when that is nothing. */
export function advanceHosts(hosts: HostTable, event: CaelumEvent, now: number): HostTable {
  switch (event.type) {
    case "fleet.changed":
      return event.joined.reduce((table, name) => change(table, name, (host) => host), hosts);
    case "unit.finished":
      // The first result counts: copies of the unit end with it, without an event of their own.
      return change(
        hosts.map((host) => withoutUnit(host, event.unit)),
        event.host,
        (host) => advanceHost(host, event, now),
      );
    case "unit.copied":
      return copied(hosts, event, now);
    case "file.quarantined":
      return withoutSuspect(hosts);
    default:
      return "host" in event ? change(hosts, event.host, (host) => advanceHost(host, event, now)) : hosts;
  }
}

function change(hosts: HostTable, name: string, by: (host: HostProgress) => HostProgress): HostTable {
  const index = hosts.findIndex((host) => host.name === name);
  return index === -1 ? [...hosts, by(newHostProgress(name))] : hosts.with(index, by(hosts[index]!));
}

function copied(
  hosts: HostTable,
  event: Extract<HostEvent, { type: "unit.copied" }>,
  now: number,
): HostTable {
  const { unit, attempt } = event;
  const runs = (host: HostProgress): boolean => host.leases.some((lease) => lease.unit === unit);
  const late = hosts.find((host) => host.name !== event.host && runs(host));
  const marked = hosts.map((host) =>
    host.name !== event.host && runs(host)
      ? {
          ...host,
          leases: host.leases.map((lease) => (lease.unit === unit ? { ...lease, copied: true } : lease)),
        }
      : host,
  );
  const items = late?.leases.find((lease) => lease.unit === unit)?.items ?? 0;
  return change(marked, event.host, (host) =>
    withLease(host, { unit, attempt, items, copyOf: late?.name, copied: false }, now),
  );
}

/** The event does not name the unit; only an item that failed before and was tried alone is given up. */
function withoutSuspect(hosts: HostTable): HostTable {
  for (const [index, host] of hosts.entries()) {
    const suspect = host.leases.find(({ items, attempt }) => items === 1 && attempt > 1);
    if (suspect !== undefined) return hosts.with(index, withoutUnit(host, suspect.unit));
  }
  return hosts;
}
