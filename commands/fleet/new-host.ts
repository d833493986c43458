import path from "node:path";
import type { NewHost } from "#fleet";
import { UsageError } from "#kernel";
import type { Context } from "../context.ts";
import { foundFleet } from "./find.ts";

interface Given {
  readonly label?: readonly string[];
  readonly slots?: string;
  readonly local?: true;
}

/** @throws UsageError */
export function newHost(name: string, ssh: string | undefined, { label = [], slots, local }: Given): NewHost {
  if (local === true && ssh !== undefined) {
    throw new UsageError(`"${name}" is either --local or reached by "${ssh}"`);
  }
  if (slots !== undefined && !/^[1-9]\d{0,2}$/.test(slots)) {
    throw new UsageError(`--slots must be a whole number from 1 to 256, not "${slots}"`);
  }
  return {
    name,
    labels: label,
    ...(ssh === undefined ? {} : { ssh }),
    ...(local === undefined ? {} : { local }),
    ...(slots === undefined ? {} : { slots: Number(slots) }),
  };
}

/**
 * The file that counts here; a new one lies in the current folder.
 * @throws UsageError when the hosts stand in a configuration: that is for its author to edit
 */
export async function fileToEdit(context: Context, given: string | undefined): Promise<string> {
  if (given !== undefined) return path.resolve(context.cwd, given);
  const found = await foundFleet(context);
  if (found?.isFleetFile === false) {
    throw new UsageError(`the fleet stands in the configuration "${found.file}"`, {
      hint: "write the host there, or name a fleet file: --fleet fleet.yaml",
    });
  }
  return found?.file ?? path.join(context.cwd, "fleet.yaml");
}
