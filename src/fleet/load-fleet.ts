import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { configFolder, UsageError } from "#kernel";
import { type Fleet, parseFleet } from "./fleet-file.ts";

const names = ["fleet.yaml", "fleet.yml"];

/**
 * The fleet file that counts for a folder: in it or above it, else in the user's configuration folder. Undefined when
 * there is none.
 */
export async function findFleetFile(folder: string): Promise<string | undefined> {
  // 20 ms to load, and needed only by runs over a fleet.
  const { cosmiconfig } = await import("cosmiconfig");
  const found = await cosmiconfig("fleet", {
    searchPlaces: names,
    searchStrategy: "global",
    stopDir: path.parse(path.resolve(folder)).root,
    // Only where it is: we read it ourselves, with the lines.
    loaders: { ".yaml": (file) => file, ".yml": (file) => file },
  }).search(folder);
  if (found !== null) return found.filepath;
  return names.map((name) => path.join(configFolder(), name)).find((file) => existsSync(file));
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
