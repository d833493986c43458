import type { Clock } from "./clock.ts";
import type { CaelumEvent, EventBody } from "./event-schema.ts";

export type EventListener = (event: CaelumEvent) => void;

/**
 * One run's events, in the order they happened. Readers (terminal, `--json`, journal) see each event once and in
 * order of `seq`; a reader that throws does not stop the others, its error surfaces as an unhandled rejection.
 */
export class EventStream {
  readonly run: string;
  readonly #clock: Clock;
  readonly #listeners = new Set<EventListener>();
  #seq = 0;

  constructor(run: string, clock: Clock) {
    this.run = run;
    this.#clock = clock;
  }

  emit(body: EventBody): void {
    const at = new Date(this.#clock.now()).toISOString();
    const event = { v: 1, run: this.run, seq: this.#seq++, at, ...body } as CaelumEvent;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        void Promise.reject(error);
      }
    }
  }

  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
