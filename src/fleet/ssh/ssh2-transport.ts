import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, ClientChannel } from "ssh2";
import { CancelledError } from "#kernel";
import { HostSessionError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Channel, ChannelEnd, Link, Transport } from "../transport.ts";
import { type KnownKey, knownKeys } from "./known-hosts.ts";
import { openSocket } from "./proxy.ts";
import { commandLine } from "./quote.ts";
import { type ResolvedHost, resolveHost } from "./resolve.ts";
import { login } from "./ssh2-login.ts";
import { sftpFiles } from "./ssh2-files.ts";

/** RFC 4254: SSH_OPEN_CONNECT_FAILED, which is what sshd answers beyond its MaxSessions. */
const noMoreSessions = 2;
const maxAttempts = 8;

/**
 * SSH within this process: one connection for each host, 60 ms to connect. What it cannot do
 * is listed in `auto-transport.ts`.
 */
export const ssh2Transport: Transport = {
  name: "ssh2",
  connect: async (host, signal) => {
    const resolved = await resolveHost(host, signal);
    return connectBySsh2(host, resolved, await knownKeys(resolved, signal), signal);
  },
};

/** For who knows already what OpenSSH's files say about the host: asking takes two programs. */
export async function connectBySsh2(
  host: Host,
  resolved: ResolvedHost,
  known: readonly KnownKey[],
  signal: AbortSignal,
): Promise<Link> {
  const socket = await openSocket(host, resolved, signal);
  // ssh2 may take its own time-out to notice that a socket is gone.
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  stopped.catch(() => undefined);
  const stop = (): void => {
    socket.destroy();
    reject(new CancelledError(undefined, { cause: signal.reason }));
  };
  signal.addEventListener("abort", stop, { once: true });
  const client = login(host, resolved, known, socket);
  client.catch(() => undefined);
  try {
    return ssh2Link(host, await Promise.race([client, stopped]), socket);
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? new CancelledError(undefined, { cause: signal.reason }) : error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function ssh2Link(host: Host, client: Client, socket: Duplex): Link {
  let over: Error | undefined;
  const ended = new Promise<Error | undefined>((resolve) => {
    client.on("error", (error) => {
      over ??= error;
    });
    client.once("close", () => resolve(over));
  });
  return {
    exec: async (command) => {
      for (let attempt = 1; ; attempt++) {
        const outcome = await openChannel(client, commandLine(command));
        if (!(outcome instanceof Error)) return channelOf(outcome, ended);
        // A host that allows one session may still count the one that was closed a moment ago.
        const crowded = "reason" in outcome && outcome.reason === noMoreSessions;
        if (!crowded || attempt >= maxAttempts) {
          throw new HostSessionError(host.name, outcome.message, { cause: outcome });
        }
        await sleep(50 * attempt);
      }
    },
    tunnel: ({ host: to, port }) =>
      new Promise((resolve, reject) => {
        client.forwardOut("127.0.0.1", 0, to, port, (error, stream) => {
          if (error) reject(new HostSessionError(host.name, error.message, { cause: error }));
          else resolve(stream);
        });
      }),
    files: sftpFiles(host, client),
    close: () => {
      client.end();
      socket.destroy();
    },
  };
}

function openChannel(client: Client, command: string): Promise<ClientChannel | Error> {
  return new Promise((resolve) => {
    try {
      client.exec(command, (error, stream) => resolve(error ?? stream));
    } catch (error) {
      // The connection has ended since.
      resolve(error instanceof Error ? error : new Error(String(error)));
    }
  });
}

function channelOf(stream: ClientChannel, ended: Promise<Error | undefined>): Channel {
  const end: ChannelEnd = {};
  stream.on("exit", (code: number | null, signal?: string) => {
    if (code !== null) end.code = code;
    if (signal !== undefined) end.signal = signal;
  });
  // An error of the channel is told by the connection's own.
  stream.on("error", () => undefined);
  const closed = Promise.race([
    new Promise<ChannelEnd>((resolve) => {
      stream.once("close", () => resolve(end));
    }),
    ended.then((error): ChannelEnd => ({ error: error ?? new Error("the connection was closed") })),
  ]);
  return {
    stdin: stream,
    stdout: stream,
    stderr: stream.stderr,
    closed,
    destroy: () => void stream.destroy(),
  };
}
