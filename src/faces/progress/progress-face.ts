import type { CaelumEvent, Clock } from "#kernel";
import type { ProgressState } from "./progress-state.ts";

/** What a person can do to a run from its live picture. */
export interface RunControl {
  /** No new work; what runs goes on. */
  pause(): void;
  resume(): void;
  /** What the host was doing is done elsewhere. */
  dropHost(name: string): void;
}

/** What a face of a running command reads. */
export interface ProgressSource {
  readonly stream: NodeJS.WriteStream;
  /** Where keys come from; undefined when nobody can press any. */
  readonly keys: NodeJS.ReadStream | undefined;
  readonly color: boolean;
  readonly clock: Clock;
  state(): ProgressState;
  /** Undefined while the run cannot be controlled. */
  control(): RunControl | undefined;
  /** The same as ctrl-C. */
  interrupt(): void;
  write(text: string): void;
}

/** Shows a run while it runs. `show` gets every event once, in order; after `stop` nothing of it is on the screen. */
export interface ProgressFace {
  show(event: CaelumEvent): void;
  /** A sentence for the person in front of it that is not about an event. */
  say(text: string): void;
  /** May be called again; what comes after the first time is not drawn. */
  stop(): Promise<void>;
}
