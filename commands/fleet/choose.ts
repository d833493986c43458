import { type Fleet, type Host, selectSomeHosts } from "#fleet";
import type { Context } from "../context.ts";
import { findHosts } from "./find.ts";
import type { HostFlags } from "./options.ts";

export interface Chosen {
  readonly fleet: Fleet;
  /** In the order of the file; at least one. */
  readonly hosts: readonly Host[];
}

/**
 * The hosts that were asked for.
 * @param named those given as arguments of the command; they add to `--hosts`
 * @throws UsageError, FleetFileError
 */
export async function chooseHosts(
  context: Context,
  { fleet: file, hosts = [], labels = [], excludeHosts = [] }: HostFlags,
  named: readonly string[] = [],
): Promise<Chosen> {
  const fleet = await (await findHosts(context, file)).load();
  const names = [...named, ...hosts];
  const chosen = selectSomeHosts(fleet, {
    labels,
    exclude: excludeHosts,
    ...(names.length === 0 ? {} : { hosts: names }),
  });
  return { fleet, hosts: chosen };
}
