import { EventStream, type Clock, type EventBody } from "#kernel";
import type { TimedEvent } from "./recorded-run.ts";

/** Emits recorded events at their times, `pace` times as fast. A pause holds them back; stopping drops the rest. */
export class Replay {
  readonly stream: EventStream;
  readonly #events: readonly TimedEvent[];
  readonly #pace: number;
  #at = 0;
  #next = 0;
  #paused = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #done = Promise.withResolvers<void>();

  constructor(events: readonly TimedEvent[], clock: Clock, pace = 1) {
    this.stream = new EventStream("20261120-000000-abcdef", clock);
    this.#events = events;
    this.#pace = pace;
  }

  run(): Promise<void> {
    const stepMs = 20;
    this.#timer = setInterval(() => this.#step(stepMs * this.#pace), stepMs);
    return this.#done.promise;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
  }

  emit(body: EventBody): void {
    this.stream.emit(body);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#done.resolve();
  }

  #step(ms: number): void {
    if (this.#paused) return;
    this.#at += ms;
    for (let next = this.#events[this.#next]; next !== undefined && next.at <= this.#at;) {
      this.emit(next.body);
      next = this.#events[++this.#next];
    }
    if (this.#next === this.#events.length) this.stop();
  }
}
