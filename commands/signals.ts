import { CancelledError, exitCodes } from "#kernel";

/** Work that does not stop in this time after it was told to is ended. */
const patienceMs = 5000;

/**
 * The first ctrl-C or SIGTERM aborts the returned signal, so that work can stop in order; a second one ends the
 * process at once.
 * @param giveUp called before the process is ended although work has not stopped
 */
export function abortOnSignals(giveUp: (error: CancelledError) => void): AbortSignal {
  const controller = new AbortController();
  const listen = (name: NodeJS.Signals, reason: string): void => {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.cancelled.code);
      const error = new CancelledError(`cancelled by ${reason}`);
      setTimeout(() => {
        giveUp(error);
        process.exit(exitCodes.cancelled.code);
      }, patienceMs).unref();
      controller.abort(error);
    });
  };
  listen("SIGINT", "ctrl-C");
  listen("SIGTERM", "SIGTERM");
  return controller.signal;
}
