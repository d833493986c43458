import { appendFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { HostUnreachableError } from "../errors.ts";
import type { Host } from "../host.ts";
import {
  fingerprint,
  hostKeyAlgorithms,
  judgeKey,
  knownKeys,
  knownName,
  type KeyVerdict,
} from "./known-hosts.ts";
import { openSocket } from "./proxy.ts";
import { resolveHost } from "./resolve.ts";

/** The key a host shows, for a person to compare and vouch for. */
export interface ShownKey {
  type: string;
  /** `SHA256:…`, as ssh prints it. */
  fingerprint: string;
  verdict: KeyVerdict;
  /** What would be written, and where. */
  line: string;
  file: string;
}

/** Connects as far as the host key and no further, by the host's own way (jumps too). Throws a HostError. */
export async function shownHostKey(host: Host, signal: AbortSignal): Promise<ShownKey> {
  const resolved = await resolveHost(host, signal);
  const known = await knownKeys(resolved, signal);
  const socket = await openSocket(host, resolved, signal);
  const { Client } = (await import("ssh2")).default;
  const client = new Client();
  try {
    const key = await new Promise<Buffer>((resolve, reject) => {
      client.once("error", (error) =>
        reject(new HostUnreachableError(host.name, error.message, { cause: error })),
      );
      client.connect({
        sock: socket,
        username: resolved.user,
        algorithms: { serverHostKey: hostKeyAlgorithms(known) },
        hostVerifier: (shown: Buffer) => {
          resolve(shown);
          return false;
        },
      });
    });
    // RFC 4253: the key begins with the length and the name of its kind.
    const type = key.toString("latin1", 4, 4 + key.readUInt32BE(0));
    const content = key.toString("base64");
    return {
      type,
      fingerprint: fingerprint(key),
      verdict: judgeKey(known, content),
      line: `${knownName(resolved)} ${type} ${content}`,
      file: resolved.knownHostsFiles[0] ?? "",
    };
  } finally {
    // Refused by the verifier, so the error that follows is expected.
    client.on("error", () => undefined);
    client.end();
    socket.destroy();
  }
}

/** Writes a key that a person has vouched for. A changed or revoked key is never written over the old one. */
export async function trustHostKey(key: ShownKey): Promise<void> {
  if (key.verdict !== "unknown") return;
  await mkdir(path.dirname(key.file), { recursive: true, mode: 0o700 });
  await appendFile(key.file, `${key.line}\n`, { mode: 0o600 });
}
