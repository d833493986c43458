import { availableParallelism } from "node:os";
import type { FleetPlan } from "#crew";
import { type Fleet, type Host, localHost, selectHosts, watchFleet } from "#fleet";
import { CaelumError, UsageError } from "#kernel";
import type { Context } from "../context.ts";
import { findHosts } from "./find.ts";
import type { FleetFlags } from "./run-flags.ts";

/** Whose machines are to work. @throws UsageError, FleetFileError */
export async function fleetPlan(
  context: Context,
  flags: FleetFlags,
  workers: number | undefined,
): Promise<FleetPlan> {
  const { fleet, hosts, labels, excludeHosts, local, watchFleet: watch } = flags;
  const source = await findHosts(context, typeof fleet === "string" ? fleet : undefined);
  if (watch === true && source.isProgram) {
    throw new UsageError(`--watch-fleet cannot follow "${source.file}": it is a program`, {
      hint: "keep the hosts in fleet.yaml",
    });
  }
  const choose = (from: Fleet): Host[] =>
    selectHosts(from, {
      ...(hosts === undefined ? {} : { hosts: words(hosts) }),
      ...(labels === undefined ? {} : { labels: words(labels) }),
      ...(excludeHosts === undefined ? {} : { exclude: words(excludeHosts) }),
    }).map((host) => withWorkers(host, workers));
  const chosen = choose(await source.load());
  if (chosen.length === 0) throw new UsageError(`no host of "${source.file}" was chosen`);
  return {
    hosts: chosen,
    fallback: local ? fallbackBeside(chosen, workers) : undefined,
    ...(watch === true && {
      watch: (onChange) => watchFleet(source, (changed) => onChange(changeOf(changed, choose))),
    }),
  };
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
