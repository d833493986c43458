import type { ConfigPart } from "#config";
import { type Fleet, fleetOf, type FleetPath } from "./fleet-value.ts";

/** The fleet that a configuration describes, by the same rules as a fleet file. Throws a FleetFileError. */
export function fleetOfPart(part: ConfigPart): Fleet {
  return fleetOf(part.value, {
    file: part.file,
    above: [part.name],
    lineOf: (where) => lineOf(part, where),
  });
}

function lineOf({ locate }: ConfigPart, where: FleetPath): number | undefined {
  for (let depth = where.length; depth >= 0; depth--) {
    const path = where.slice(0, depth);
    const found = locate(path, "key") ?? locate(path, "value");
    if (found !== undefined) return found.line;
  }
  return undefined;
}
