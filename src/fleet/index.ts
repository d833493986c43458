export { addHost, type AddedHost, type NewHost } from "./add-host.ts";
export { connectHost } from "./connect.ts";
export {
  AuthenticationError,
  FleetFileError,
  type FleetIssue,
  HostError,
  HostKeyRefusedError,
  HostKeyUnknownError,
  HostSessionError,
  type HostStep,
  HostUnreachableError,
  HostUnresolvedError,
} from "./errors.ts";
export { parseFleet } from "./fleet-file.ts";
export { fleetSchema } from "./fleet-schema.ts";
export type { Fleet } from "./fleet-value.ts";
export { type Host, localHost } from "./host.ts";
export { findFleet, fleetFile, type FleetSource, loadFleet } from "./load-fleet.ts";
export { localTransport } from "./local-transport.ts";
export { type Selection, selectHosts, selectSomeHosts } from "./select-hosts.ts";
export { opensshTransport } from "./ssh/openssh-transport.ts";
export { ssh2Transport } from "./ssh/ssh2-transport.ts";
export { quoteWord } from "./ssh/quote.ts";
export { type ResolvedHost, resolveHost } from "./ssh/resolve.ts";
export { whyOnlyOpenssh } from "./ssh/identities.ts";
export { sshGreeting } from "./ssh/greet.ts";
export { isKnownByAuthorityOnly, knownKeys, type KnownLine } from "./ssh/known-hosts.ts";
export { forgetCommand, randomArt, type ShownKey, shownHostKey, trustHostKey } from "./ssh/trust.ts";
export { watchFleet } from "./watch-fleet.ts";
export type { Channel, ChannelEnd, Link, RemoteFiles, Transport } from "./transport.ts";
