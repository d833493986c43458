import { CancelledError } from "./errors.ts";

/** Throws a CancelledError if the signal is aborted: the check between two steps of long work. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw asCancelled(signal.reason);
}

function asCancelled(reason: unknown): Error {
  return reason instanceof CancelledError ? reason : new CancelledError(undefined, { cause: reason });
}
