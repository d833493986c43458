import { spawn } from "node:child_process";
import { Duplex } from "node:stream";
import {
  AuthenticationError,
  type HostError,
  HostKeyRefusedError,
  HostKeyUnknownError,
  HostSessionError,
  HostUnreachableError,
} from "../errors.ts";
import type { Host } from "../host.ts";
import type { Channel, ChannelEnd, Link, Transport } from "../transport.ts";
import { sshArguments } from "./arguments.ts";
import { commandLine } from "./quote.ts";

/**
 * OpenSSH's own client: everything it can do works (certificates, FIDO keys, host certificates, newest key
 * exchanges), at the price of a connection per program. No shared master process: killing us must end them all.
 */
export const opensshTransport: Transport = {
  name: "openssh",
  connect: (host) => Promise.resolve(opensshLink(host)),
};

/** Strict, and never a question: a question would wait for ever behind a dashboard. */
const options = [
  "BatchMode=yes",
  "StrictHostKeyChecking=yes",
  "ConnectTimeout=10",
  "ForwardAgent=no",
  "ForwardX11=no",
  "ControlMaster=no",
  "ControlPath=none",
  "LogLevel=ERROR",
].flatMap((option) => ["-o", option]);

/** What a person's configuration forwards is not wanted by programs that we start. */
const noForwards = ["-T", "-o", "ClearAllForwardings=yes"];

function opensshLink(host: Host): Link {
  const open = new Set<Channel>();
  const start = (args: readonly string[]): Channel => {
    const channel = startSsh(host, args);
    open.add(channel);
    void channel.closed.then(() => open.delete(channel));
    return channel;
  };
  return {
    exec: (command) =>
      Promise.resolve(start([...options, ...noForwards, ...sshArguments(host), commandLine(command)])),
    tunnel: ({ host: to, port }) => {
      const destination = to.includes(":") ? `[${to}]:${port}` : `${to}:${port}`;
      return Promise.resolve(channelDuplex(start([...options, "-W", destination, ...sshArguments(host)])));
    },
    close: () => {
      for (const channel of open) channel.destroy();
    },
  };
}

function startSsh(host: Host, args: readonly string[]): Channel {
  const child = spawn("ssh", args, {
    stdio: "pipe",
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const { stdin, stdout, stderr } = child;
  stdin.on("error", () => undefined);
  let complaint = "";
  stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(-4000);
  });
  const closed = new Promise<ChannelEnd>((resolve) => {
    child.once("error", (error) =>
      resolve({ error: new HostUnreachableError(host.name, error.message, { cause: error }) }),
    );
    child.once("close", (code, signal) => {
      // 255 is ssh's own; a program on the host that ends with it says nothing on stderr that looks like ssh.
      const error = code === 255 ? classifyComplaint(host.name, complaint) : undefined;
      resolve({
        ...(code === null ? {} : { code }),
        ...(signal === null ? {} : { signal }),
        ...(error === undefined ? {} : { error }),
      });
    });
  });
  const destroy = (): void => {
    stdin.destroy();
    child.kill("SIGTERM");
  };
  return { stdin, stdout, stderr, closed, destroy };
}

/** What ssh's last words mean. Its messages have been the same for decades; what matches nothing is quoted. */
export function classifyComplaint(host: string, complaint: string): HostError {
  const text = complaint.trim();
  const last = text.split("\n").at(-1) ?? "";
  const shown = /(SHA256:[\w+/]+)/.exec(text)?.[1];
  if (/REVOKED HOST KEY|revoked by file/i.test(text)) return new HostKeyRefusedError(host, "revoked", shown);
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED|host key .* has changed/i.test(text)) {
    return new HostKeyRefusedError(host, "changed", shown);
  }
  if (/no \S+ host key is known|Host key verification failed/i.test(text))
    return new HostKeyUnknownError(host, shown);
  if (/Permission denied|Too many authentication failures|no such identity/i.test(text)) {
    return new AuthenticationError(host, last);
  }
  if (/administratively prohibited|open failed|session open refused/i.test(text))
    return new HostSessionError(host, last);
  return new HostUnreachableError(host, last === "" ? "ssh ended without a word" : last);
}

function channelDuplex(channel: Channel): Duplex {
  const duplex = Duplex.from({ readable: channel.stdout, writable: channel.stdin });
  duplex.on("close", () => channel.destroy());
  return duplex;
}
