export { CrewHost, type Opened, type Preparation } from "./crew-host.ts";
export { type FleetChange, type FleetPlan, NoUsableHostError, type RunControl } from "./fleet-plan.ts";
export { followFleet } from "./follow-fleet.ts";
export { type CrewPort, HostPool, specOf, type UnusedHost } from "./host-pool.ts";
export { unlessAborted } from "./unless-aborted.ts";
