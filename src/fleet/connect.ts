import type { Host } from "./host.ts";
import { localTransport } from "./local-transport.ts";
import { connectAutomatically } from "./ssh/auto-transport.ts";
import { opensshTransport } from "./ssh/openssh-transport.ts";
import { ssh2Transport } from "./ssh/ssh2-transport.ts";
import type { Link } from "./transport.ts";

/** A link to a host by the means its entry names. Throws a HostError, or a CancelledError. */
export function connectHost(host: Host, signal: AbortSignal): Promise<Link> {
  if (host.address.type === "local") return localTransport.connect(host, signal);
  if (host.transport === "ssh2") return ssh2Transport.connect(host, signal);
  if (host.transport === "openssh") return opensshTransport.connect(host, signal);
  return connectAutomatically(host, signal);
}
