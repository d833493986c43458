import type { Command, OptionValues } from "commander";

/** What says which file and which hosts of it are meant. */
export interface HostFlags extends OptionValues {
  readonly fleet?: string;
  readonly hosts?: readonly string[];
  readonly labels?: readonly string[];
  readonly excludeHosts?: readonly string[];
}

/** The options by which every command of `caelum fleet` chooses its hosts. */
export function hostOptions(command: Command): Command {
  return fleetOption(command)
    .option("--hosts <names>", "only these hosts or groups; a,b", namesOf)
    .option("--labels <labels>", "only hosts that carry all of these; a,b", namesOf)
    .option("--exclude-hosts <names>", "leave out these hosts or groups; a,b", namesOf);
}

export function fleetOption(command: Command): Command {
  return command.option(
    "--fleet <file>",
    "the fleet file; default: fleet.yaml here or above, the configuration's fleet, or the user's own file",
  );
}

/** `a,b` and repetitions add up. */
export function namesOf(value: string, before: readonly string[] = []): string[] {
  const names = value.split(",").map((name) => name.trim());
  return [...before, ...names.filter((name) => name !== "")];
}
