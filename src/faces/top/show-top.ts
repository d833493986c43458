import type { WatchEvent } from "#agents";
import type { Clock } from "#kernel";
import { keysOf } from "../progress/keys-of.ts";
import { canDraw, loadTerminal } from "../progress/load-terminal.ts";
import { advanceTop, startOfTop } from "./top-state.ts";

export interface TopRequest {
  readonly hosts: readonly string[];
  readonly clock: Clock;
  readonly stdout: { readonly stream: NodeJS.WriteStream; readonly color: boolean };
  /** Somebody pressed q. */
  readonly quit: () => void;
}

export interface Top {
  readonly show: (event: WatchEvent) => void;
  /** Leaves the screen as it was found. */
  readonly stop: () => Promise<void>;
}

/** Whether `caelum fleet top` can be a live picture there; else it is a table. */
export const canShowTop = canDraw;

/** The live picture of `caelum fleet top`. */
export async function showTop({ hosts, clock, stdout, quit }: TopRequest): Promise<Top> {
  let state = startOfTop(hosts);
  const { terminalTop } = await loadTerminal();
  const stop = terminalTop({ ...stdout, keys: keysOf(), clock, state: () => state, quit });
  return {
    show(event) {
      state = advanceTop(state, event, clock.monotonic());
    },
    stop,
  };
}
