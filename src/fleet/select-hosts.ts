import { UsageError } from "#kernel";
import type { Fleet } from "./fleet-file.ts";
import type { Host } from "./host.ts";

export interface Selection {
  /** Names of hosts or groups; absent: all. */
  hosts?: readonly string[];
  /** Only hosts that carry all of these. */
  labels?: readonly string[];
  /** Names of hosts or groups to leave out. */
  exclude?: readonly string[];
}

/** The chosen hosts, in the order of the file. Throws a UsageError for a name the fleet does not have. */
export function selectHosts(fleet: Fleet, selection: Selection = {}): Host[] {
  const { hosts, labels = [], exclude = [] } = selection;
  const wanted = hosts === undefined ? undefined : expand(fleet, hosts);
  const unwanted = expand(fleet, exclude);
  return fleet.hosts.filter(
    (host) =>
      (wanted === undefined || wanted.has(host.name)) &&
      !unwanted.has(host.name) &&
      labels.every((label) => host.labels.includes(label)),
  );
}

function expand(fleet: Fleet, names: readonly string[]): Set<string> {
  return new Set(
    names.flatMap((name) => {
      const group = fleet.groups.get(name);
      if (group !== undefined) return group;
      if (fleet.hosts.some((host) => host.name === name)) return [name];
      const known = [...fleet.hosts.map((host) => host.name), ...fleet.groups.keys()].join(", ");
      throw new UsageError(`the fleet has no host or group "${name}"`, { hint: `it has ${known}` });
    }),
  );
}
