import type { Duplex } from "node:stream";
import type { AnyAuthMethod, Client } from "ssh2";
import {
  AuthenticationError,
  type HostError,
  HostKeyRefusedError,
  HostKeyUnknownError,
  HostUnreachableError,
} from "../errors.ts";
import type { Host } from "../host.ts";
import { askPassphrase } from "./ask-passphrase.ts";
import { readIdentities } from "./identities.ts";
import { fingerprint, hostKeyAlgorithms, judgeKey, type KnownKey } from "./known-hosts.ts";
import type { ResolvedHost } from "./resolve.ts";

const readyMs = 15_000;

/** The server and ssh2 share no way to talk: OpenSSH's own client may. */
export class NoCommonAlgorithmError extends HostUnreachableError {}

/** A client that is let in. Throws a HostError; the socket is the caller's to destroy. */
export async function login(
  host: Host,
  resolved: ResolvedHost,
  known: readonly KnownKey[],
  socket: Duplex,
): Promise<Client> {
  // ssh2 takes 50 ms to load: only when a host is reached by it.
  const { Client } = (await import("ssh2")).default;
  const methods = await authMethods(resolved);
  // ssh2 would wait for its time-out: the end of a socket is told only once.
  if (socket.destroyed)
    throw classify(host.name, new Error("the connection was closed before the handshake"));
  const client = new Client();
  let refusal: HostError | undefined;
  const judge = (key: Buffer): boolean => {
    const verdict = judgeKey(known, key.toString("base64"));
    if (verdict === "unknown") refusal = new HostKeyUnknownError(host.name, fingerprint(key));
    else if (verdict !== "known") refusal = new HostKeyRefusedError(host.name, verdict, fingerprint(key));
    return refusal === undefined;
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error & { level?: string }): void => {
      client.end();
      reject(refusal ?? classify(host.name, error));
    };
    // More than once: a connection that is given up while it is made fails again when its socket ends.
    client.on("error", fail);
    client.once("close", () => fail(new Error("the connection was closed during the handshake")));
    client.once("ready", () => {
      client.removeAllListeners("error").removeAllListeners("close");
      resolve(client);
    });
    client.connect({
      sock: socket,
      username: resolved.user,
      readyTimeout: readyMs,
      // It killed live hosts on slow links; the agent's own beats notice what is dead.
      keepaliveInterval: 0,
      hostVerifier: judge,
      algorithms: { serverHostKey: hostKeyAlgorithms(known) },
      authHandler: (_left, _partial, next) => {
        const method = methods.next();
        // Its types forget that `false` says "no more to try".
        if (method.done === true) next(false as never);
        else next(method.value);
      },
    });
  });
}

/** The agent's keys, then the key files; a passphrase is asked for only when its key's turn has come. */
async function authMethods({
  user,
  identityAgent,
  identitiesOnly,
  ...resolved
}: ResolvedHost): Promise<Iterator<AnyAuthMethod>> {
  // Node does not see all the names of a CommonJS package.
  const { utils } = (await import("ssh2")).default;
  const identities = await readIdentities({ user, identityAgent, identitiesOnly, ...resolved });
  function* methods(): Generator<AnyAuthMethod> {
    const agent =
      identityAgent === undefined ? [] : [{ type: "agent", username: user, agent: identityAgent } as const];
    // With IdentitiesOnly the named files go first, so that an agent full of other keys does not use up the tries.
    if (!identitiesOnly) yield* agent;
    for (const { file, content } of identities) {
      const parsed = utils.parseKey(content);
      if (!(parsed instanceof Error)) yield { type: "publickey", username: user, key: content };
      else if (/encrypted/i.test(parsed.message)) {
        const passphrase = askPassphrase(file);
        if (passphrase !== undefined) yield { type: "publickey", username: user, key: content, passphrase };
      }
    }
    if (identitiesOnly) yield* agent;
  }
  return methods();
}

function classify(host: string, error: Error & { level?: string }): HostError {
  if (/no matching|unsupported|incompatible/i.test(error.message)) {
    return new NoCommonAlgorithmError(host, error.message, { cause: error });
  }
  if (error.level === "client-authentication")
    return new AuthenticationError(host, error.message, { cause: error });
  return new HostUnreachableError(host, error.message, { cause: error });
}
