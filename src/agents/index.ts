export { builtFile, type LocalFile, localFile } from "./built-file.ts";
export type { CommandEnd, CommandOptions, RunningCommand } from "./command.ts";
export {
  AgentRequestError,
  AgentStartError,
  LeaseError,
  MissingBuildError,
  RuntimeError,
  SessionLostError,
} from "./errors.ts";
export type { LeaseResult, Unit } from "./leases.ts";
export { openSession, type OpenSessionOptions } from "./open-session.ts";
export type { Blob, Transfer } from "./content.ts";
export type { Session, SessionEvents, Vitals } from "./session.ts";
export type { Workers, WorkerSpec } from "./workers.ts";
// The functions themselves come by a door of their own, #agents/upkeep: an analysis has no use for them.
export type {
  Answered,
  Cleaned,
  CommandExit,
  HostFacts,
  HostFailure,
  HostStatus,
  RunEvent,
  TrustOutcome,
  WatchEvent,
} from "./upkeep/index.ts";
export type { Diagnosis, DoctorStep, StepResult } from "./doctor/index.ts";
