import { homedir } from "node:os";
import path from "node:path";
import { HostUnresolvedError } from "../errors.ts";
import type { Host } from "../host.ts";
import { runProgram } from "../run-program.ts";
import { sshArguments } from "./arguments.ts";

/** What OpenSSH's configuration makes of a host: the fields we act on. */
export interface ResolvedHost {
  hostname: string;
  port: number;
  user: string;
  /** Private keys to try, in order; they need not exist. Absolute. */
  identityFiles: readonly string[];
  certificateFiles: readonly string[];
  identitiesOnly: boolean;
  /** Socket of the agent: a path, `SSH_AUTH_SOCK` already looked up; undefined: none. */
  identityAgent: string | undefined;
  proxyJump: string | undefined;
  /** With %h, %p, %n and %r already filled in. */
  proxyCommand: string | undefined;
  knownHostsFiles: readonly string[];
  /** Name under which the host's key is known, without port. */
  hostKeyAlias: string | undefined;
  /** New lines of known_hosts are to hide the host's name. */
  hashKnownHosts?: boolean;
}

/**
 * Asks `ssh -G`: Include, Match, ProxyJump, tokens and defaults are OpenSSH's own business, 9 ms a host. Throws a
 * HostUnresolvedError.
 */
export async function resolveHost(host: Host, signal?: AbortSignal): Promise<ResolvedHost> {
  let result;
  try {
    result = await runProgram("ssh", ["-G", ...sshArguments(host)], signal);
  } catch (error) {
    throw new HostUnresolvedError(host.name, error instanceof Error ? error.message : String(error), {
      hint: "install the OpenSSH client",
      cause: error,
    });
  }
  if (result.code !== 0) throw new HostUnresolvedError(host.name, result.stderr.trim());
  return parseResolved(result.stdout, host, process.env["SSH_AUTH_SOCK"]);
}

/** Reads the lines of `ssh -G`: `key value`, keys in lower case, some repeated. */
export function parseResolved(text: string, host: Host, agentSocket: string | undefined): ResolvedHost {
  const values = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const space = line.indexOf(" ");
    if (space < 0) continue;
    const key = line.slice(0, space).toLowerCase();
    values.set(key, [...(values.get(key) ?? []), line.slice(space + 1)]);
  }
  const first = (key: string): string | undefined => {
    const value = values.get(key)?.[0];
    return value === undefined || value === "none" ? undefined : value;
  };
  const hostname = first("hostname") ?? host.name;
  const port = Number(first("port") ?? 22);
  const user = first("user") ?? "";
  const fill = (command: string): string => {
    const tokens: Record<string, string> = { h: hostname, p: String(port), r: user, n: hostname, "%": "%" };
    return command.replace(/%([hprn%])/g, (_, token: string) => tokens[token] ?? "");
  };
  const proxyCommand = first("proxycommand");
  const named = host.identity === undefined ? [] : [host.identity];
  return {
    hostname,
    port,
    user,
    identityFiles: [
      ...named,
      ...(values.get("identityfile") ?? []).filter((file) => file !== "none").map(absolute),
    ],
    certificateFiles: (values.get("certificatefile") ?? []).map(absolute),
    identitiesOnly: first("identitiesonly") === "yes" || host.identity !== undefined,
    identityAgent: agentOf(values.get("identityagent")?.[0], agentSocket),
    proxyJump: first("proxyjump"),
    proxyCommand: proxyCommand === undefined ? undefined : fill(proxyCommand),
    knownHostsFiles: [first("userknownhostsfile"), first("globalknownhostsfile")]
      .flatMap((files) => files?.split(" ") ?? [])
      .map(absolute),
    hostKeyAlias: first("hostkeyalias"),
    ...(first("hashknownhosts") === "yes" ? { hashKnownHosts: true } : {}),
  };
}

/** `IdentityAgent` may be unset, `none`, `SSH_AUTH_SOCK`, `$VARIABLE` or a path. */
function agentOf(value: string | undefined, agentSocket: string | undefined): string | undefined {
  if (value === undefined || value === "SSH_AUTH_SOCK") return agentSocket;
  if (value === "none") return undefined;
  if (value.startsWith("$")) return process.env[value.slice(1)];
  return absolute(value);
}

function absolute(file: string): string {
  const bare = file.replace(/^"(.*)"$/, "$1");
  return bare.startsWith("~/") ? path.join(homedir(), bare.slice(2)) : bare;
}
