import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { FleetPlan } from "#analysis";
import { type Fleet, findFleetFile, type Host, loadFleet, localHost, selectHosts, watchFleet } from "#fleet";
import { CaelumError, UsageError } from "#kernel";
import type { FleetFlags } from "./flags.ts";

/** Whose machines are to work. @throws UsageError, FleetFileError */
export async function fleetPlan(
  flags: FleetFlags,
  cwd: string,
  workers: number | undefined,
): Promise<FleetPlan> {
  const { fleet, hosts, labels, excludeHosts, local, watchFleet: watch } = flags;
  const file = typeof fleet === "string" ? givenFile(cwd, fleet) : await foundFile(cwd);
  const choose = (from: Fleet): Host[] =>
    selectHosts(from, {
      ...(hosts === undefined ? {} : { hosts: words(hosts) }),
      ...(labels === undefined ? {} : { labels: words(labels) }),
      ...(excludeHosts === undefined ? {} : { exclude: words(excludeHosts) }),
    }).map((host) => withWorkers(host, workers));
  const chosen = choose(await loadFleet(file));
  if (chosen.length === 0) throw new UsageError(`no host of "${file}" was chosen`);
  return {
    hosts: chosen,
    fallback: local ? fallbackBeside(chosen, workers) : undefined,
    ...(watch === true && {
      watch: (onChange) => watchFleet(file, (changed) => onChange(changeOf(changed, choose))),
    }),
  };
}

function givenFile(cwd: string, given: string): string {
  const file = path.resolve(cwd, given);
  if (!statSync(file, { throwIfNoEntry: false })?.isDirectory()) return file;
  throw new UsageError(`--fleet "${given}" is a folder, not a fleet file`, {
    hint: `caelum analyze ${given} --fleet`,
  });
}

async function foundFile(cwd: string): Promise<string> {
  const file = await findFleetFile(cwd);
  if (file !== undefined) return file;
  throw new UsageError(`there is no fleet.yaml in "${cwd}" or above it`, {
    hint: "caelum fleet add NAME user@host, or --fleet FILE",
  });
}

function words(list: string): string[] {
  return list.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));
}

/** `--workers` is about this machine, by whatever name. */
function withWorkers(host: Host, workers: number | undefined): Host {
  return host.address.type === "local" && workers !== undefined ? { ...host, slots: workers } : host;
}

/** This machine steps in when no host is left, unless it is one of the hosts. */
function fallbackBeside(hosts: readonly Host[], workers: number | undefined): Host | undefined {
  if (hosts.some(({ address }) => address.type === "local")) return undefined;
  // A host may have its name; names in a fleet file hold no blank.
  const isTaken = hosts.some(({ name }) => name === localHost.name);
  const name = isTaken ? "this machine" : localHost.name;
  return { ...localHost, name, slots: workers ?? availableParallelism() };
}

function changeOf(
  changed: Fleet | CaelumError,
  choose: (fleet: Fleet) => Host[],
): { hosts: Host[] } | { problem: string } {
  if (changed instanceof CaelumError) return { problem: changed.message };
  try {
    return { hosts: choose(changed) };
  } catch (error) {
    if (error instanceof CaelumError) return { problem: error.message };
    throw error;
  }
}
