import { closestMatch } from "leven";
import { UsageError } from "#kernel";
import type { Fleet } from "./fleet-value.ts";
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

/** The same, where an empty choice is a mistake. Throws a UsageError that says what there would be to choose. */
export function selectSomeHosts(fleet: Fleet, selection: Selection = {}): Host[] {
  const chosen = selectHosts(fleet, selection);
  if (chosen.length > 0) return chosen;
  const { labels = [] } = selection;
  if (labels.length === 0) throw new UsageError("no host is left to work with");
  const known = [...new Set(fleet.hosts.flatMap((host) => host.labels))];
  throw new UsageError(`no chosen host carries ${labels.map((label) => `"${label}"`).join(" and ")}`, {
    hint:
      known.length === 0 ? `give hosts labels in ${fleet.file}` : `the fleet's labels are ${shorten(known)}`,
  });
}

/** A fleet of 200 does not fit into a hint. */
function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(", ");
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

function expand(fleet: Fleet, names: readonly string[]): Set<string> {
  return new Set(
    names.flatMap((name) => {
      const group = fleet.groups.get(name);
      if (group !== undefined) return group;
      if (fleet.hosts.some((host) => host.name === name)) return [name];
      const known = [...fleet.hosts.map((host) => host.name), ...fleet.groups.keys()];
      const meant = closestMatch(name, known, { maxDistance: Math.floor(name.length / 2) });
      throw new UsageError(`the fleet has no host or group "${name}"`, {
        hint: meant ?? `it has ${shorten(known)}`,
      });
    }),
  );
}
