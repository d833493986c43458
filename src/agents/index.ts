export { builtFile, type LocalFile, localFile } from "./built-file.ts";
export type { CommandEnd, CommandOptions, RunningCommand } from "./command.ts";
export {
  AgentRequestError,
  AgentStartError,
  LeaseError,
  MissingBuildError,
  SessionLostError,
} from "./errors.ts";
export type { LeaseResult, Unit } from "./leases.ts";
export { openSession, type OpenSessionOptions } from "./open-session.ts";
export type { Blob, Session, SessionEvents, Vitals } from "./session.ts";
export type { Workers, WorkerSpec } from "./workers.ts";
