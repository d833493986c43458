import { CaelumError } from "#kernel";
import { AuthenticationError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Link } from "../transport.ts";
import { whyOnlyOpenssh } from "./identities.ts";
import { isKnownByAuthorityOnly, knownKeys } from "./known-hosts.ts";
import { opensshTransport } from "./openssh-transport.ts";
import { resolveHost } from "./resolve.ts";
import { NoCommonAlgorithmError } from "./ssh2-login.ts";
import { connectBySsh2 } from "./ssh2-transport.ts";

/**
 * ssh2 where it can, OpenSSH's own client for what only that can do: user certificates, FIDO keys, hosts that only a
 * certificate authority vouches for, no common algorithm, refused authentication. Never because of a host key.
 */
export async function connectAutomatically(host: Host, signal: AbortSignal): Promise<Link> {
  const resolved = await resolveHost(host, signal);
  const known = await knownKeys(resolved, signal);
  if (whyOnlyOpenssh(resolved) !== undefined || isKnownByAuthorityOnly(known)) {
    return opensshTransport.connect(host, signal);
  }
  try {
    return await connectBySsh2(host, resolved, known, signal);
  } catch (error) {
    const mayHelp = error instanceof AuthenticationError || error instanceof NoCommonAlgorithmError;
    if (!(error instanceof CaelumError) || !mayHelp) throw error;
    return opensshTransport.connect(host, signal);
  }
}
