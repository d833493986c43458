import type { Host } from "#fleet";
import { CaelumError } from "#kernel";
import type { UnusedHost } from "./host-pool.ts";

/** Which hosts work for a run. */
export interface FleetPlan {
  readonly hosts: readonly Host[];
  /** Works when no host of the fleet is left; undefined: then the run ends incomplete. */
  readonly fallback: Host | undefined;
  /** Tells which hosts are wanted whenever that changes; returns how to stop it. */
  readonly watch?: (onChange: (change: FleetChange) => void) => () => void;
}

export type FleetChange = { readonly hosts: readonly Host[] } | { readonly problem: string };

/** Changes a run while it lasts; afterwards nothing happens. */
export interface RunControl {
  /** No new work; what runs goes on. */
  pause(): void;
  resume(): void;
  /** Its work is done elsewhere, and everything of ours on it ends. */
  dropHost(name: string): void;
}

/** No host of the fleet could be used, and this machine was not to work. */
export class NoUsableHostError extends CaelumError {
  constructor(unused: readonly UnusedHost[]) {
    const [first] = unused;
    const what = unused.length === 0 ? "the fleet has no hosts" : "no host of the fleet could be used";
    const why = unused.map(({ message }) => message).join("; ");
    super("CAELUM_NO_USABLE_HOST", "fleet", why === "" ? what : `${what}: ${why}`, {
      hint: first === undefined ? "name hosts in the fleet file" : `caelum fleet doctor ${first.host}`,
      data: { hosts: unused },
    });
  }
}
