import { CaelumError } from "#kernel";

/** More work waits than will be done soon. */
export class BusyError extends CaelumError {
  constructor(waiting: number, retryAfterMs: number) {
    const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
    super("CAELUM_BUSY", "incomplete", `busy: ${waiting} requests wait already`, {
      hint: `retry after ${seconds} s`,
      data: { waiting, retryAfterMs: seconds * 1000 },
    });
  }
}

/** A file that takes workers down or keeps them for ever. */
export class PoisonFileError extends CaelumError {
  constructor(path: string, reason: string) {
    super("CAELUM_POISON_FILE", "incomplete", `no worker survives ${JSON.stringify(path)}: ${reason}`, {
      hint: "it is left alone until it changes; please report it",
      data: { path },
    });
  }
}

/** Workers cannot be started at all. */
export class PoolClosedError extends CaelumError {
  constructor() {
    super("CAELUM_POOL_CLOSED", "cancelled", "the server is closing");
  }
}
