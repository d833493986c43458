import { createHmac, randomBytes } from "node:crypto";
import { appendFile, mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { CancelledError, systemCode } from "#kernel";
import { HostError, HostUnreachableError } from "../errors.ts";
import type { Host } from "../host.ts";
import { runProgram } from "../run-program.ts";
import {
  fingerprint,
  hostKeyAlgorithms,
  judgeKey,
  type KnownLine,
  knownKeys,
  knownName,
  type KeyVerdict,
  linesInTheWay,
} from "./known-hosts.ts";
import { openSocket } from "./proxy.ts";
import { quoteWord } from "./quote.ts";
import { type ResolvedHost, resolveHost } from "./resolve.ts";

/** The key a host shows, for a person to compare and vouch for. */
export interface ShownKey {
  /** Of the host in the fleet. */
  host: string;
  /** As known_hosts calls it: `[mini.local]:2222`. */
  name: string;
  type: string;
  /** `SHA256:…`, as ssh prints it. */
  fingerprint: string;
  verdict: KeyVerdict;
  /** What would be written, and where; the name is hashed in it if the person's configuration wants that. */
  line: string;
  file: string;
  /** Lines of known_hosts that say otherwise, when the key has changed or was revoked. */
  inTheWay: readonly KnownLine[];
}

/** known_hosts cannot be written. */
class TrustError extends HostError {
  constructor(host: string, why: string, cause?: unknown) {
    super("CAELUM_HOST_TRUST", host, "host-key", `cannot be made known: ${why}`, {
      hint: "set UserKnownHostsFile in ssh_config to a file that can be written",
      cause,
    });
  }
}

/** Connects as far as the host key and no further, by the host's own way (jumps too). Throws a HostError. */
export async function shownHostKey(host: Host, signal: AbortSignal): Promise<ShownKey> {
  const resolved = await resolveHost(host, signal);
  const known = await knownKeys(resolved, signal);
  const socket = await openSocket(host, resolved, signal);
  const { Client } = (await import("ssh2")).default;
  const client = new Client();
  const stop = (): void => void socket.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const key = await new Promise<Buffer>((resolve, reject) => {
      const fail = (error: Error): void => {
        if (signal.aborted) reject(new CancelledError(undefined, { cause: signal.reason }));
        else reject(new HostUnreachableError(host.name, error.message, { cause: error, ...hintFor(error) }));
      };
      // More than once: what is given up while it is made fails again when its socket ends.
      client.on("error", fail);
      client.once("close", () => fail(new Error("the connection was closed before it showed its key")));
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
    const verdict = judgeKey(known, content);
    const refused = verdict === "changed" || verdict === "revoked";
    return {
      host: host.name,
      name: knownName(resolved),
      type,
      fingerprint: fingerprint(key),
      verdict,
      line: `${writtenName(resolved)} ${type} ${content}`,
      file: resolved.knownHostsFiles[0] ?? "",
      inTheWay: refused ? await linesInTheWay(resolved, content, signal) : [],
    };
  } finally {
    signal.removeEventListener("abort", stop);
    // Refused by the verifier, so the error that follows is expected.
    client.on("error", () => undefined);
    client.end();
    socket.destroy();
  }
}

/** Some hosts offer only what OpenSSH's own client speaks; it asks the same question. */
function hintFor({ message }: Error): { hint?: string } {
  return /no matching/i.test(message)
    ? { hint: "connect once with ssh itself, and compare the key it shows" }
    : {};
}

/** Removes what is known of a host; for a person to type, who knows why the key has changed. */
export function forgetCommand({ name, file, inTheWay }: ShownKey): string {
  const words = ["ssh-keygen", "-f", inTheWay[0]?.file ?? file, "-R", name];
  return words.map(quoteWord).join(" ");
}

/** As `ssh-keygen -H` would make it: a salt and the SHA-1 HMAC of the name with it. */
function writtenName(resolved: ResolvedHost): string {
  const name = knownName(resolved);
  if (!resolved.hashKnownHosts) return name;
  const salt = randomBytes(20);
  const hash = createHmac("sha1", salt).update(name).digest("base64");
  return `|1|${salt.toString("base64")}|${hash}`;
}

/**
 * Writes a key that a person has vouched for, in one write at the end of the file. A changed or revoked key is never
 * written over the old one. Throws a TrustError.
 */
export async function trustHostKey(key: ShownKey): Promise<void> {
  if (key.verdict !== "unknown") return;
  if (key.file === "" || key.file === "/dev/null") {
    throw new TrustError(key.host, "its UserKnownHostsFile keeps nothing");
  }
  try {
    await mkdir(path.dirname(key.file), { recursive: true, mode: 0o700 });
    const before = await readFile(key.file).catch((error: unknown) => {
      if (systemCode(error) === "ENOENT") return Buffer.alloc(0);
      throw error;
    });
    // An editor may have left the last line without its end.
    const gap = before.length === 0 || before.at(-1) === 10 ? "" : "\n";
    await appendFile(key.file, `${gap}${key.line}\n`, { mode: 0o600 });
  } catch (error) {
    throw new TrustError(key.host, error instanceof Error ? error.message : String(error), error);
  }
}

/** The picture that ssh draws of a key, for eyes that remember shapes. Undefined without OpenSSH's ssh-keygen. */
export async function randomArt(key: ShownKey): Promise<string | undefined> {
  const [, type, content] = key.line.split(" ");
  const { code, stdout } = await runProgram(
    "ssh-keygen",
    ["-lv", "-f", "-"],
    undefined,
    `${type} ${content}\n`,
  ).catch(() => ({ code: undefined, stdout: "" }));
  const art = stdout.split("\n").filter((line) => /^[+|]/.test(line));
  return code === 0 && art.length > 0 ? art.join("\n") : undefined;
}
