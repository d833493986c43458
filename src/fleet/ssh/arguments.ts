import { UsageError } from "#kernel";
import type { Host } from "../host.ts";

/** `alias`, `user@host`, `user@host:port`, `[2001:db8::1]:22`. */
export interface SshTarget {
  host: string;
  user?: string;
  port?: number;
}

/** Throws a UsageError for what cannot be a target, above all for what ssh would take for an option. */
export function parseTarget(target: string): SshTarget {
  const match =
    /^(?:(?<user>[^@\s:]+)@)?(?:\[(?<v6>[0-9a-fA-F:.%\w]+)\]|(?<host>[^@\s:]+))(?::(?<port>\d{1,5}))?$/.exec(
      target,
    );
  const { user, v6, host = v6, port } = match?.groups ?? {};
  const wrongPort = port !== undefined && (Number(port) < 1 || Number(port) > 65_535);
  if (host === undefined || host.startsWith("-") || user?.startsWith("-") === true || wrongPort) {
    throw new UsageError(`"${target}" is no SSH target`, {
      hint: "write alias, user@host or user@host:port",
    });
  }
  return {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** What every call of `ssh` for this host begins with; the target is last. */
export function sshArguments(host: Host): string[] {
  if (host.address.type === "local") throw new Error(`host "${host.name}" is this machine`);
  const { target, configFile } = host.address;
  const { host: name, user, port } = parseTarget(target);
  return [
    ...(configFile === undefined ? [] : ["-F", configFile]),
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    ...(host.identity === undefined ? [] : ["-i", host.identity]),
    "--",
    name,
  ];
}
