import type { Host } from "#fleet";
import { throwIfAborted } from "#kernel";
import { type Answered, failureOf } from "./host-failure.ts";

/**
 * Asks all hosts at once; what fails on one is its own answer. In the order given. Rejects with a CancelledError when
 * the signal is aborted, and with what is no failure of a host.
 */
export function askEach<T>(
  hosts: readonly Host[],
  signal: AbortSignal,
  ask: (host: Host) => Promise<T>,
): Promise<Answered<T>[]> {
  const gate = new Gate(atOnce);
  return Promise.all(
    hosts.map((host) =>
      gate.pass(async () => {
        try {
          return { host: host.name, value: await ask(host) };
        } catch (error) {
          throwIfAborted(signal);
          return { host: host.name, error: failureOf(error) };
        }
      }),
    ),
  );
}

/** Every login costs this machine 60 ms of work: 200 at once would keep each other beyond their time. */
export const atOnce = 48;

/** Lets so many through at once, the others in their turn. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
