import { homedir } from "node:os";
import path from "node:path";
import * as v from "valibot";
import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import { UsageError } from "#kernel";
import { FleetFileError, type FleetIssue } from "./errors.ts";
import { type FleetInput, fleetSchema, type HostInput, type SettingsInput } from "./fleet-schema.ts";
import type { Host } from "./host.ts";
import { parseTarget } from "./ssh/arguments.ts";

/** The machines of a fleet file, with groups and defaults worked in. */
export interface Fleet {
  /** Absolute. */
  file: string;
  /** In the order of the file. */
  hosts: readonly Host[];
  /** Group → names of hosts. */
  groups: ReadonlyMap<string, readonly string[]>;
  /** Host → its line in the file, from 1. */
  lines: ReadonlyMap<string, number>;
}

/** Reads a fleet file. Throws a FleetFileError that lists everything that is wrong with file, line and path. */
export function parseFleet(text: string, file: string): Fleet {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const issues: FleetIssue[] = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    path: "",
    message: error.message.split("\n")[0] ?? "",
  }));
  if (issues.length > 0) throw new FleetFileError(file, issues);
  const at = (where: readonly (string | number)[], message: string): FleetIssue => ({
    line: lineOf(document, lines, where),
    path: formatPath(where),
    message,
  });
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias without its anchor, or a file whose aliases would unfold to gigabytes.
    throw new FleetFileError(file, [at([], error instanceof Error ? error.message : String(error))]);
  }
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
  const hostLines = fleet.hosts.map(
    (host, index) => [host.name, lineOf(document, lines, ["hosts", index])] as const,
  );
  return { ...fleet, lines: new Map(hostLines) };
}

type Complain = (where: readonly (string | number)[], message: string) => void;

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
  if (issue.type === "strict_object" && issue.expected === "never") return "is not a key that is known here";
  if (issue.type === "strict_object" && issue.received === "undefined") return "is missing";
  if (issue.message.startsWith("Invalid"))
    return `must be ${issue.expected ?? "something else"}, not ${issue.received}`;
  return issue.message;
}

/** `hosts[2].slots`. */
function formatPath(where: readonly (string | number)[]): string {
  return where
    .map((key, index) => (typeof key === "number" ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join("");
}

/** The line of the key or item itself; for what is not there, of the nearest thing above it. */
function lineOf(document: Document, lines: LineCounter, where: readonly (string | number)[]): number {
  for (let depth = where.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(where.slice(0, depth - 1), true);
    const key = where[depth - 1];
    const pair = isMap(parent)
      ? parent.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
        )
      : undefined;
    const node = pair?.key ?? document.getIn(where.slice(0, depth), true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}
