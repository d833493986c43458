import { CancelledError } from "#kernel";

/**
 * One run for all who ask before it begins; who comes later waits for the next one, since what they ask about may have
 * changed meanwhile. The run is aborted when nobody waits for it any more.
 */
export class SharedWork<T, P extends (...args: never[]) => void> {
  readonly #work: (signal: AbortSignal, progress: (...args: Parameters<P>) => void) => Promise<T>;
  #next: Round<T, P> | undefined;
  #running: Promise<unknown> | undefined;

  constructor(work: (signal: AbortSignal, progress: (...args: Parameters<P>) => void) => Promise<T>) {
    this.#work = work;
  }

  /** Rejects with a CancelledError as soon as the caller's signal is aborted, whatever the others do. */
  join(signal: AbortSignal, progress?: P): Promise<T> {
    if (signal.aborted) return Promise.reject(new CancelledError(undefined, { cause: signal.reason }));
    const round = (this.#next ??= this.#plan());
    round.waiting++;
    if (progress !== undefined) round.progress.add(progress);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const leave = (): void => {
      reject(new CancelledError(undefined, { cause: signal.reason }));
      if (progress !== undefined) round.progress.delete(progress);
      if (--round.waiting === 0) round.controller.abort(new CancelledError());
    };
    signal.addEventListener("abort", leave, { once: true });
    round.outcome.promise.then(resolve, reject);
    return promise.finally(() => signal.removeEventListener("abort", leave));
  }

  #plan(): Round<T, P> {
    const round: Round<T, P> = {
      controller: new AbortController(),
      outcome: Promise.withResolvers(),
      progress: new Set(),
      waiting: 0,
    };
    round.outcome.promise.catch(() => undefined);
    const begin = async (): Promise<void> => {
      await this.#running;
      // Requests that arrived together are all read by now.
      await new Promise((resolve) => setImmediate(resolve));
      this.#next = undefined;
      try {
        round.controller.signal.throwIfAborted();
        const { signal } = round.controller;
        round.outcome.resolve(
          await this.#work(signal, (...args) => {
            for (const tell of round.progress) tell(...args);
          }),
        );
      } catch (error) {
        round.outcome.reject(error);
      }
    };
    const running = begin();
    this.#running = running;
    return round;
  }
}

interface Round<T, P extends (...args: never[]) => void> {
  controller: AbortController;
  outcome: PromiseWithResolvers<T>;
  progress: Set<P>;
  waiting: number;
}
