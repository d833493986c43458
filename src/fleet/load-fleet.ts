import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { ConfigPart } from "#config";
import { configFolder, UsageError } from "#kernel";
import { parseFleet } from "./fleet-file.ts";
import { fleetOfPart } from "./fleet-part.ts";
import type { Fleet } from "./fleet-value.ts";

const names = ["fleet.yaml", "fleet.yml"];

/** Where the hosts are described. */
export interface FleetSource {
  /** Absolute. */
  readonly file: string;
  /** It is a file of its own, not a part of a configuration. */
  readonly isFleetFile: boolean;
  /** A program computes it: within one process it always says the same. */
  readonly isProgram: boolean;
  /** As it is now. Throws a FleetFileError when it is wrong, a UsageError when it cannot be read. */
  load(): Promise<Fleet>;
}

/** Reads the configuration and gives its `fleet`, as it is now. */
export type ReadPart = () => Promise<ConfigPart | undefined>;

/**
 * The fleet that counts for a folder: fleet.yaml in it or above it, else `fleet` of the configuration, else fleet.yaml
 * in the user's configuration folder. Undefined when there is none.
 */
export async function findFleet(folder: string, readPart: ReadPart): Promise<FleetSource | undefined> {
  const near = fileAbove(path.resolve(folder));
  if (near !== undefined) return fleetFile(near);
  const part = await readPart();
  if (part !== undefined) return configuredFleet(part, readPart);
  const own = names.map((name) => path.join(configFolder(), name)).find((file) => existsSync(file));
  return own === undefined ? undefined : fleetFile(own);
}

/** A fleet file that was named. */
export function fleetFile(file: string): FleetSource {
  return { file: path.resolve(file), isFleetFile: true, isProgram: false, load: () => loadFleet(file) };
}

function configuredFleet(part: ConfigPart, readPart: ReadPart): FleetSource {
  const { file } = part;
  const load = async (): Promise<Fleet> => {
    const now = await readPart();
    if (now?.file !== file) throw new UsageError(`"${file}" describes no fleet any more`);
    return fleetOfPart(now);
  };
  return { file, isFleetFile: false, isProgram: /\.[cm]?[jt]s$/.test(file), load };
}

/** In the folder or above it, up to the root; folders that may not be looked into have none. */
function fileAbove(folder: string): string | undefined {
  const found = names.map((name) => path.join(folder, name)).find((file) => existsSync(file));
  if (found !== undefined) {
    refuseForeign(found);
    return found;
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : fileAbove(parent);
}

/** A fleet file can name programs (`ProxyCommand`): one that somebody else left above us (`/tmp`) is not our fleet. */
function refuseForeign(file: string): void {
  const self = process.getuid?.();
  const { uid } = statSync(file);
  if (self === undefined || uid === self || uid === 0) return;
  throw new UsageError(`"${file}" belongs to somebody else`, { hint: `if you trust it: --fleet ${file}` });
}

/** Reads a fleet file. Throws a UsageError when it cannot be read and a FleetFileError when it is wrong. */
export async function loadFleet(file: string): Promise<Fleet> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`the fleet file "${file}" cannot be read`, { cause: error });
  }
  return parseFleet(text, file);
}
