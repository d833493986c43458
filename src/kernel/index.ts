export { throwIfAborted } from "./abort.ts";
export { type Clock, systemClock } from "./clock.ts";
export {
  CaelumError,
  CancelledError,
  type ErrorDetails,
  type ErrorJson,
  systemCode,
  UsageError,
} from "./errors.ts";
export type { CaelumEvent, EventBody } from "./event-schema.ts";
export { type EventListener, EventStream } from "./events.ts";
export { type ExitName, exitCodes } from "./exit-codes.ts";
export { runId } from "./ids.ts";
export { makeFolder } from "./make-folder.ts";
export { cacheFolder, configFolder, stateFolder, toPosix } from "./paths.ts";
export { redact } from "./redact.ts";
