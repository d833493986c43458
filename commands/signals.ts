import { CancelledError, exitCodes } from "#kernel";

/**
 * The first ctrl-C or SIGTERM aborts the returned signal, so that work can stop in order; a second one ends the
 * process at once.
 */
export function abortOnSignals(write: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  const listen = (name: NodeJS.Signals, reason: string, hint: string): void => {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(exitCodes.cancelled.code);
      if (process.stderr.isTTY) write(hint);
      controller.abort(new CancelledError(`cancelled by ${reason}`));
    });
  };
  listen("SIGINT", "ctrl-C", "\nstopping; ctrl-C again ends it at once\n");
  listen("SIGTERM", "SIGTERM", "");
  return controller.signal;
}
