import type { CaelumEvent, Clock } from "#kernel";
import type { ProgressState } from "./progress-state.ts";

/** What a face of a running command reads. */
export interface ProgressSource {
  readonly stream: NodeJS.WriteStream;
  readonly color: boolean;
  readonly clock: Clock;
  state(): ProgressState;
  write(text: string): void;
}

/** Shows a run while it runs. `show` gets every event once, in order; after `stop` nothing of it is on the screen. */
export interface ProgressFace {
  show(event: CaelumEvent): void;
  /** A sentence for the person in front of it that is not about an event. */
  say(text: string): void;
  stop(): Promise<void>;
}
