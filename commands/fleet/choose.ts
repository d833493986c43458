import path from "node:path";
import { type Fleet, findFleetFile, type Host, loadFleet, selectSomeHosts } from "#fleet";
import { UsageError } from "#kernel";
import type { Context } from "../context.ts";
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
  { cwd }: Context,
  { fleet: file, hosts = [], labels = [], excludeHosts = [] }: HostFlags,
  named: readonly string[] = [],
): Promise<Chosen> {
  const fleet = await loadFleet(await existingFile(cwd, file));
  const names = [...named, ...hosts];
  const chosen = selectSomeHosts(fleet, {
    labels,
    exclude: excludeHosts,
    ...(names.length === 0 ? {} : { hosts: names }),
  });
  return { fleet, hosts: chosen };
}

async function existingFile(cwd: string, given: string | undefined): Promise<string> {
  const file = given === undefined ? await findFleetFile(cwd) : path.resolve(cwd, given);
  if (file !== undefined) return file;
  throw new UsageError("there is no fleet.yaml here, above, or in the user's configuration folder", {
    hint: "caelum fleet add NAME user@host",
  });
}
