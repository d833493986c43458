export { connectHost } from "./connect.ts";
export {
  AuthenticationError,
  HostError,
  HostKeyRefusedError,
  HostKeyUnknownError,
  HostSessionError,
  type HostStep,
  HostUnreachableError,
  HostUnresolvedError,
} from "./errors.ts";
export { type Host, localHost } from "./host.ts";
export { localTransport } from "./local-transport.ts";
export { opensshTransport } from "./ssh/openssh-transport.ts";
export { ssh2Transport } from "./ssh/ssh2-transport.ts";
export type { Channel, ChannelEnd, Link, RemoteFiles, Transport } from "./transport.ts";
