import { HostError } from "#fleet";
import { CancelledError } from "#kernel";

/** A host that neither answers nor fails. */
export class HostSilentError extends HostError {
  constructor(host: string, ms: number) {
    super("CAELUM_HOST_SILENT", host, "connect", `does not answer within ${ms / 1000} s`, {
      hint: `caelum fleet doctor ${host}`,
      data: { ms },
    });
  }
}

/**
 * Gives the work up when its time is over, whether it listens to its signal or not, so that one hung host holds
 * nobody. Rejects with a HostSilentError, a CancelledError, or what the work itself throws.
 */
export async function bounded<T>(
  host: string,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const { promise: over, reject } = Promise.withResolvers<never>();
  const giveUp = (error: Error): void => {
    reject(error);
    own.abort(error);
  };
  const cancel = (): void =>
    giveUp(
      signal.reason instanceof CancelledError
        ? signal.reason
        : new CancelledError(undefined, { cause: signal.reason }),
    );
  const timer = setTimeout(() => giveUp(new HostSilentError(host, ms)), ms);
  signal.addEventListener("abort", cancel, { once: true });
  if (signal.aborted) cancel();
  try {
    const working = work(own.signal);
    working.catch(() => undefined);
    return await Promise.race([over, working]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", cancel);
  }
}
