import { homedir } from "node:os";
import path from "node:path";
import { closestMatch } from "leven";
import * as v from "valibot";
import { UsageError } from "#kernel";
import { FleetFileError, type FleetIssue } from "./errors.ts";
import {
  type FleetInput,
  fleetSchema,
  keysBeside,
  type HostInput,
  type SettingsInput,
} from "./fleet-schema.ts";
import type { Host } from "./host.ts";
import { parseTarget } from "./ssh/arguments.ts";

/** The machines of a fleet file, or of a configuration, with groups and defaults worked in. */
export interface Fleet {
  /** Absolute. */
  file: string;
  /** In the order of the file. */
  hosts: readonly Host[];
  /** Group → names of hosts. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** Host → its line in the file, from 1; a host that a program computed has none. */
  lines: ReadonlyMap<string, number>;
}

export type FleetPath = readonly (string | number)[];

/** Where a description of a fleet was read. */
export interface FleetPlace {
  file: string;
  /** The keys above it: `["fleet"]` in a configuration. */
  above: FleetPath;
  /** The line of what stands there or, if it is not there, of the nearest thing above it. */
  lineOf(where: FleetPath): number | undefined;
}

/** Checks what a file says. Throws a FleetFileError that lists everything that is wrong with file, line and path. */
export function fleetOf(value: unknown, place: FleetPlace): Fleet {
  const { file } = place;
  const at = (where: FleetPath, message: string): FleetIssue => issueAt(place, where, message);
  const result = v.safeParse(fleetSchema, value);
  if (!result.success) {
    throw new FleetFileError(
      file,
      result.issues.flatMap(leaves).map((issue) => at(pathOf(issue), wording(issue))),
    );
  }
  const problems: FleetIssue[] = [];
  const fleet = buildFleet(result.output, file, (where, message) => problems.push(at(where, message)));
  if (problems.length > 0) throw new FleetFileError(file, problems);
  const lines = new Map<string, number>();
  for (const [index, host] of fleet.hosts.entries()) {
    const line = place.lineOf(["hosts", index]);
    if (line !== undefined) lines.set(host.name, line);
  }
  return { ...fleet, lines };
}

export function issueAt(place: FleetPlace, where: FleetPath, message: string): FleetIssue {
  const line = place.lineOf(where);
  return { path: formatPath([...place.above, ...where]), message, ...(line === undefined ? {} : { line }) };
}

type Complain = (where: FleetPath, message: string) => void;

function buildFleet(input: FleetInput, file: string, complain: Complain): Omit<Fleet, "lines"> {
  const folder = path.dirname(path.resolve(file));
  const groups = new Map<string, readonly string[]>();
  const groupSettings: [members: readonly string[], settings: SettingsInput][] = [];
  for (const [group, members] of Object.entries(input.groups ?? {})) {
    if (Array.isArray(members)) groups.set(group, members);
    else {
      const { hosts, ...settings } = members;
      groups.set(group, hosts);
      groupSettings.push([hosts, settings]);
    }
  }
  const hosts: Host[] = [];
  for (const [index, entry] of input.hosts.entries()) {
    const host = typeof entry === "string" ? { ssh: entry } : entry;
    const name = nameOf(host);
    if (name === undefined) {
      complain(["hosts", index], "needs a `name` or `ssh`");
      continue;
    }
    if (hosts.some((each) => each.name === name))
      complain(["hosts", index], `is the second host named "${name}"`);
    if (groups.has(name)) complain(["hosts", index], `has the name of a group, "${name}"`);
    if (host.local === true && host.ssh !== undefined)
      complain(["hosts", index], "is either `local` or reached by `ssh`");
    const ofGroups = groupSettings
      .filter(([members]) => members.includes(name))
      .map(([, settings]) => settings);
    const settings = merge([input.defaults ?? {}, ...ofGroups, host]);
    const address = addressOf(host, name, input.sshConfig, folder, (message) =>
      complain(["hosts", index], message),
    );
    hosts.push(makeHost(name, address, settings, folder));
  }
  for (const [group, members] of groups) {
    for (const [index, member] of members.entries()) {
      if (hosts.some((host) => host.name === member)) continue;
      const list = Array.isArray(input.groups?.[group]) ? [index] : ["hosts", index];
      complain(["groups", group, ...list], `names no host of this file: "${member}"`);
    }
  }
  return { file: path.resolve(file), hosts, groups };
}

/** `build@mini.local:2222` without a name of its own is called `mini.local`. */
function nameOf(host: HostInput): string | undefined {
  if (host.name !== undefined) return host.name;
  if (host.ssh === undefined) return host.local === true ? "local" : undefined;
  return host.ssh.replace(/^[^@]*@/, "").replace(/:\d+$/, "");
}

function addressOf(
  host: HostInput,
  name: string,
  sshConfig: string | undefined,
  folder: string,
  complain: (message: string) => void,
): Host["address"] {
  if (host.local === true) return { type: "local" };
  const target = host.ssh ?? name;
  try {
    parseTarget(target);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(error.message);
  }
  return {
    type: "ssh",
    target,
    ...(sshConfig === undefined ? {} : { configFile: absolute(sshConfig, folder) }),
  };
}

/** Later settings win; labels and environments add up. */
function merge(all: readonly SettingsInput[]): SettingsInput {
  const merged: SettingsInput = Object.assign({}, ...all);
  merged.labels = [...new Set(all.flatMap((each) => each.labels ?? []))];
  merged.environment = Object.assign({}, ...all.map((each) => each.environment ?? {})) as Record<
    string,
    string
  >;
  return merged;
}

function makeHost(name: string, address: Host["address"], settings: SettingsInput, folder: string): Host {
  const { slots, platform, identity, agentFolder, nodePath, costPerHour, maxLoad } = settings;
  const optional = { slots, platform, agentFolder, nodePath, costPerHour, maxLoad };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    name,
    address,
    transport: settings.transport ?? "auto",
    labels: settings.labels ?? [],
    environment: settings.environment ?? {},
    ...(identity === undefined ? {} : { identity: absolute(identity, folder) }),
    ...(given as Partial<Host>),
  };
}

function absolute(file: string, folder: string): string {
  return file.startsWith("~/") ? path.join(homedir(), file.slice(2)) : path.resolve(folder, file);
}

/** A union's own issue says little: what is wrong is in the alternative that came closest. */
function leaves(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown>[] {
  const nested = (issue.issues ?? []).filter((each) => (each.path?.length ?? 0) > 0);
  if (issue.type !== "union" || nested.length === 0) return [issue];
  return nested.map((each) => withPath(each, issue.path)).flatMap(leaves);
}

function withPath(issue: v.BaseIssue<unknown>, before: v.BaseIssue<unknown>["path"]): v.BaseIssue<unknown> {
  const paths = [...(before ?? []), ...(issue.path ?? [])];
  return Object.assign({}, issue, { path: paths });
}

function pathOf(issue: v.BaseIssue<unknown>): (string | number)[] {
  return (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
}

function wording(issue: v.BaseIssue<unknown>): string {
  if (issue.type === "strict_object" && issue.expected === "never") {
    const where = pathOf(issue);
    const near = closestMatch(String(where.at(-1)), keysBeside(where), { maxDistance: 3 });
    return `is not a key that is known here${near === undefined ? "" : `; did you mean ${near}?`}`;
  }
  if (issue.type === "strict_object" && issue.received === "undefined") return "is missing";
  if (issue.message.startsWith("Invalid"))
    return `must be ${issue.expected ?? "something else"}, not ${issue.received}`;
  return issue.message;
}

/** `hosts[2].slots`. */
function formatPath(where: FleetPath): string {
  return where
    .map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join("");
}
