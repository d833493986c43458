import path from "node:path";
import { findFleetFile, type NewHost } from "#fleet";
import { UsageError } from "#kernel";

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

/** The file that counts here; a new one lies in the current folder. */
export async function fileToEdit(cwd: string, given: string | undefined): Promise<string> {
  if (given !== undefined) return path.resolve(cwd, given);
  return (await findFleetFile(cwd)) ?? path.join(cwd, "fleet.yaml");
}
