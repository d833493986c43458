import type { CaelumEvent } from "#kernel";
import {
  advanceHost,
  leaving,
  type HostEvent,
  type HostProgress,
  isHostEvent,
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
      return event.left.reduce(
        withoutHost,
        event.joined.reduce((table, name) => change(table, name, (host) => host), hosts),
      );
    case "unit.finished":
    case "unit.retried":
      // The first result counts, and only what runs nowhere is tried again: copies that ended before, or end with it,
      // have no event of their own.
      return change(
        hosts.map((host) => withoutUnit(host, event.unit)),
        event.host,
        (host) => advanceHost(host, event, now),
      );
    case "unit.copied":
      return copied(hosts, event, now);
    case "file.quarantined":
      return event.unit === undefined ? hosts : hosts.map((host) => withoutUnit(host, event.unit!));
    default:
      return isHostEvent(event) ? change(hosts, event.host, (host) => advanceHost(host, event, now)) : hosts;
  }
}

function change(hosts: HostTable, name: string, by: (host: HostProgress) => HostProgress): HostTable {
  const index = hosts.findIndex((host) => host.name === name);
  return index === -1 ? [...hosts, by(newHostProgress(name))] : hosts.with(index, by(hosts[index]!));
}

/** It leaves; one that never came has no event of its own for that. */
export function withoutHost(hosts: HostTable, name: string): HostTable {
  return hosts.map((host) => (host.name === name ? leaving(host) : host));
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
