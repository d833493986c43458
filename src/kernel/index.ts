export { throwIfAborted } from "./abort.ts";
export { type Caller, currentCaller, workFor } from "./caller.ts";
export { type Clock, systemClock } from "./clock.ts";
export { parseDuration } from "./duration.ts";
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
export { FairQueue, type Waiting } from "./fair-queue.ts";
export { runId } from "./ids.ts";
export { makeFolder } from "./make-folder.ts";
export { cacheFolder, configFolder, stateFolder, toPosix } from "./paths.ts";
export { redact } from "./redact.ts";
export {
  type Attributes,
  errorType,
  type Span,
  type SpanStart,
  startSpan,
  traced,
  type Tracer,
  useTracer,
} from "./tracing.ts";
export { workflowCommand } from "./workflow-command.ts";
export { limitYoungGeneration } from "./young-generation.ts";
