import { readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { Document, isCollection, isMap, isNode, isPair, isSeq, parseDocument, type YAMLSeq } from "yaml";
import { systemCode, UsageError } from "#kernel";
import { parseFleet } from "./fleet-file.ts";
import { parseTarget } from "./ssh/arguments.ts";

/** An entry to be. */
export interface NewHost {
  name: string;
  /** `[user@]host[:port]`; absent: the name is an alias of ssh_config. */
  ssh?: string;
  local?: true;
  labels?: readonly string[];
  slots?: number;
}

export interface AddedHost {
  /** Absolute. */
  file: string;
  /** The file was not there before. */
  created: boolean;
  /** Where the host stands in it. */
  line: number;
}

/**
 * Writes a host into a fleet file, behind the others; comments, order and quotes of the rest stay as they are. Without
 * a file the smallest one is made. What would not be a valid fleet is not written. Throws a UsageError or a
 * FleetFileError.
 */
export async function addHost(file: string, host: NewHost): Promise<AddedHost> {
  const before = await readIfThere(file);
  if (host.ssh !== undefined) parseTarget(host.ssh);
  // Nothing but comments is a fleet that is being begun.
  const isBegun = before === undefined || parseDocument(before).contents === null;
  if (!isBegun) refuseDuplicate(before, file, host.name);
  const text = withHost(before ?? "", host);
  const { lines } = parseFleet(text, file);
  await replace(file, text);
  return { file: path.resolve(file), created: before === undefined, line: lines.get(host.name) ?? 1 };
}

function refuseDuplicate(text: string, file: string, name: string): void {
  // Also refuses to edit a file that is broken already: its author should see that first.
  const { lines, groups } = parseFleet(text, file);
  const line = lines.get(name);
  if (line !== undefined) throw new UsageError(`the fleet has a host "${name}" already: ${file}:${line}`);
  if (groups.has(name)) throw new UsageError(`"${name}" is the name of a group in ${file} already`);
}

function withHost(text: string, { name, ssh, local, labels = [], slots }: NewHost): string {
  const document = parseDocument(text);
  const settings = {
    ...(ssh === undefined ? {} : { ssh }),
    ...(local === undefined ? {} : { local }),
    ...(labels.length === 0 ? {} : { labels: [...labels] }),
    ...(slots === undefined ? {} : { slots }),
  };
  const entry: unknown = document.createNode(
    Object.keys(settings).length === 0 ? name : { name, ...settings },
  );
  // `labels: [mac, gpu]` reads better than a line for each.
  if (isMap(entry)) {
    const list = entry.get("labels", true);
    if (isSeq(list)) list.flow = true;
  }
  const hosts = document.get("hosts", true);
  const place = isSeq(hosts) && hosts.flow !== true ? behindLast(text, hosts) : undefined;
  if (place !== undefined)
    return insert(
      text,
      place,
      new Document([entry]).toString({ lineWidth: 0, flowCollectionPadding: false }),
    );
  if (isSeq(hosts)) hosts.add(entry);
  else document.set("hosts", document.createNode([entry]));
  return document.toString({ lineWidth: 0 });
}

interface Place {
  offset: number;
  indent: string;
}

/** Behind the line on which the last host ends: only so does every other byte of the file stay as it is. */
function behindLast(text: string, hosts: YAMLSeq): Place | undefined {
  const start = hosts.range?.[0];
  const end = lastEnd(hosts);
  if (start === undefined || end === undefined) return undefined;
  const indent = text.slice(text.lastIndexOf("\n", start) + 1, start);
  if (indent.trim() !== "") return undefined;
  const newline = text.indexOf("\n", text.slice(0, end).trimEnd().length);
  return { offset: newline < 0 ? text.length : newline + 1, indent };
}

/** Offset behind the last value of a collection, without the comments that follow. */
function lastEnd(node: unknown): number | undefined {
  if (isPair(node)) return lastEnd(node.value) ?? lastEnd(node.key);
  if (isCollection(node) && node.flow !== true) return lastEnd(node.items.at(-1));
  return isNode(node) ? node.range?.[1] : undefined;
}

function insert(text: string, { offset, indent }: Place, entry: string): string {
  const before = text.slice(0, offset);
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = entry
    .trimEnd()
    .split("\n")
    .map((line) => indent + line + end);
  return `${before}${before.endsWith("\n") ? "" : end}${lines.join("")}${text.slice(offset)}`;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw new UsageError(`the fleet file "${file}" cannot be read`, { cause });
  }
}

/** Nobody ever sees half of it; a symbolic link stays one, and the mode stays. */
async function replace(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => path.resolve(file));
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.tmp`);
  try {
    const present = await stat(target).catch(() => undefined);
    await writeFile(temporary, text, {
      flag: "wx",
      ...(present === undefined ? {} : { mode: present.mode }),
    });
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new UsageError(`the fleet file "${file}" cannot be written`, { cause });
  }
}
