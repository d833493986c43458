import type { Analysis } from "#analysis";
import { counted } from "../format.ts";

/** Why the exit code is not 0, in a line each: for people whose report went to a file or to a program. */
export function verdict(analysis: Analysis): string[] {
  const failed = analysis.gates
    .filter(({ failures }) => failures.length > 0)
    .map(
      ({ measure, limit, failures }) =>
        `gate failed: ${counted(failures.length, "function")} above ${measure} ${limit}`,
    );
  return analysis.complete
    ? failed
    : [...failed, "incomplete: some files could not be read or measured; the report names them"];
}
