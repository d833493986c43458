export { LeaseFailure } from "./errors.ts";
export type { ScheduleOptions } from "./options.ts";
export { runSchedule, type ScheduleControl, type ScheduleRequest } from "./run-schedule.ts";
export type { FailureType, HostShare, HostSpec, HostState, Item, Lease, Outcome } from "./types.ts";
