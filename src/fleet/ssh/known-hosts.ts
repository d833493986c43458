import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import type { ServerHostKeyAlgorithm } from "ssh2";
import { runProgram } from "../run-program.ts";
import type { ResolvedHost } from "./resolve.ts";

/** A line of a known_hosts file that is about the host. */
export interface KnownKey {
  marker: "" | "@cert-authority" | "@revoked";
  /** `ssh-ed25519`, `ssh-rsa`, … */
  type: string;
  /** Base64, as in the file. */
  key: string;
}

export type KeyVerdict = "known" | "unknown" | "changed" | "revoked";

/** What the known_hosts files say. `ssh-keygen -F` knows hashed names, patterns and markers; 5 ms a file. */
export async function knownKeys(resolved: ResolvedHost, signal?: AbortSignal): Promise<KnownKey[]> {
  const files = resolved.knownHostsFiles.filter((file) => existsSync(file));
  const found = await Promise.all(
    files.map((file) => runProgram("ssh-keygen", ["-F", knownName(resolved), "-f", file], signal)),
  );
  return found.flatMap(({ stdout }) => parseKnownKeys(stdout));
}

/** Where a key of known_hosts stands. */
export interface KnownLine {
  file: string;
  /** From 1. */
  line: number;
  type: string;
}

/** The lines about a host that do not hold the key it shows: what ssh calls offending. */
export async function linesInTheWay(
  resolved: ResolvedHost,
  shownKey: string,
  signal?: AbortSignal,
): Promise<KnownLine[]> {
  const files = resolved.knownHostsFiles.filter((file) => existsSync(file));
  const found = await Promise.all(
    files.map(async (file) => {
      const { stdout } = await runProgram("ssh-keygen", ["-F", knownName(resolved), "-f", file], signal);
      // Each line of the file comes behind a `# Host NAME found: line 3`, and perhaps a word on its marker.
      const lines = [...stdout.matchAll(/^# Host .* found: line (\d+).*\n(.*)/gm)];
      return lines.flatMap(([, line, text = ""]) =>
        parseKnownKeys(text)
          .filter(({ marker, key }) => marker === "@revoked" || (marker === "" && key !== shownKey))
          .map(({ type }) => ({ file, line: Number(line), type })),
      );
    }),
  );
  return found.flat();
}

/** The name in known_hosts: with the port when it is not 22, unless an alias was configured. */
export function knownName({ hostKeyAlias, hostname, port }: ResolvedHost): string {
  if (hostKeyAlias !== undefined) return hostKeyAlias;
  return port === 22 ? hostname : `[${hostname}]:${port}`;
}

export function parseKnownKeys(text: string): KnownKey[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (line.startsWith("#")) return [];
    const words = line.split(/\s+/).filter(Boolean);
    const marker = words[0]?.startsWith("@") ? words.shift() : "";
    const [, type, key] = words;
    if (type === undefined || key === undefined) return [];
    if (marker !== "" && marker !== "@cert-authority" && marker !== "@revoked") return [];
    return [{ marker, type, key }];
  });
}

/**
 * A key is known only by itself. A host that is known by keys, yet shows one that is not among them, has changed:
 * the kinds of key it is known by were asked for first (`hostKeyAlgorithms`).
 */
export function judgeKey(known: readonly KnownKey[], key: string): KeyVerdict {
  if (known.some((each) => each.marker === "@revoked" && each.key === key)) return "revoked";
  const plain = known.filter((each) => each.marker === "");
  if (plain.some((each) => each.key === key)) return "known";
  return plain.length > 0 ? "changed" : "unknown";
}

/** Only a certificate authority vouches for this host: OpenSSH's own client must check it. */
export function isKnownByAuthorityOnly(known: readonly KnownKey[]): boolean {
  return known.some((each) => each.marker === "@cert-authority") && !known.some((each) => each.marker === "");
}

const algorithms: readonly [type: string, names: readonly ServerHostKeyAlgorithm[]][] = [
  ["ssh-ed25519", ["ssh-ed25519"]],
  ["ecdsa-sha2-nistp256", ["ecdsa-sha2-nistp256"]],
  ["ecdsa-sha2-nistp384", ["ecdsa-sha2-nistp384"]],
  ["ecdsa-sha2-nistp521", ["ecdsa-sha2-nistp521"]],
  ["ssh-rsa", ["rsa-sha2-512", "rsa-sha2-256"]],
];

/** Kinds of host key to ask for, those it is known by first: a host known by RSA must not be called unknown. */
export function hostKeyAlgorithms(known: readonly KnownKey[]): ServerHostKeyAlgorithm[] {
  const types = new Set(known.filter((each) => each.marker === "").map((each) => each.type));
  const [first, later] = [true, false].map((wanted) =>
    algorithms.filter(([type]) => types.has(type) === wanted),
  );
  return [...(first ?? []), ...(later ?? [])].flatMap(([, names]) => names);
}

/** As OpenSSH prints it: `SHA256:…`, without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}
