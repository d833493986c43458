/** A promise that others settle. */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

export function deferred<T>(): Deferred<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  // Whoever asked may have stopped waiting; that is no unhandled rejection.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
