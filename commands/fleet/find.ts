import { statSync } from "node:fs";
import path from "node:path";
import { fleetFile, type FleetSource, findFleet } from "#fleet";
import { UsageError } from "#kernel";
import type { Context } from "../context.ts";

/** Where the hosts of a run are described: in the file that was given, else where it is found. @throws UsageError */
export async function findHosts(context: Context, given: string | undefined): Promise<FleetSource> {
  const source =
    given === undefined ? await foundFleet(context) : fleetFile(path.resolve(context.cwd, given));
  if (source === undefined) {
    const where = "there is no fleet.yaml here, above, or in the user's configuration folder";
    throw new UsageError(`${where}, and no configuration has a fleet`, {
      hint: "caelum fleet add NAME user@host, or --fleet FILE",
    });
  }
  if (statSync(source.file, { throwIfNoEntry: false })?.isDirectory() !== true) return source;
  throw new UsageError(`--fleet "${given}" is a folder, not a fleet file`, {
    hint: `caelum analyze ${given} --fleet`,
  });
}

/** Without a file of that name: what the configuration says. */
export function foundFleet(context: Context): Promise<FleetSource | undefined> {
  return findFleet(context.cwd, async () => (await context.freshConfig()).parts.fleet);
}
