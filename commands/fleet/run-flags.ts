/** Which machines are to work. */
export interface FleetFlags {
  /** True: the fleet file that is found; a text: this one. */
  readonly fleet?: true | string;
  readonly hosts?: string;
  readonly labels?: string;
  readonly excludeHosts?: string;
  /** False after `--no-local`. */
  readonly local: boolean;
  readonly watchFleet?: true;
}

/** Any flag that only makes sense with a fleet asks for it. */
export function asksForFleet({ fleet, hosts, labels, excludeHosts, local, watchFleet }: FleetFlags): boolean {
  const given = [fleet, hosts, labels, excludeHosts, watchFleet].some((flag) => flag !== undefined);
  return given || !local;
}
