export { type Cleaned, cleanHosts } from "./clean-hosts.ts";
export { factsOfHosts, type HostFacts } from "./host-facts.ts";
export type { Answered, HostFailure } from "./host-failure.ts";
export { type HostStatus, statusOfHosts } from "./host-status.ts";
export { type CommandExit, type RunEvent, runEverywhere } from "./run-everywhere.ts";
export { type Consent, trustHosts, type TrustOutcome } from "./trust-hosts.ts";
export { type WatchEvent, watchHosts } from "./watch-hosts.ts";
