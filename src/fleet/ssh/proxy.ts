import { spawn } from "node:child_process";
import net from "node:net";
import { Duplex } from "node:stream";
import { HostUnreachableError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { ResolvedHost } from "./resolve.ts";

const connectMs = 10_000;

/** The bytes' way to the host's sshd: a socket, or a program that carries them (ProxyJump, ProxyCommand). */
export function openSocket(host: Host, resolved: ResolvedHost, signal: AbortSignal): Promise<Duplex> {
  const { proxyJump, proxyCommand, hostname, port } = resolved;
  if (proxyJump !== undefined) return viaProgram("ssh", jumpArguments(host, proxyJump, hostname, port));
  // As OpenSSH does it: the command is the user's own, and a shell reads it.
  if (proxyCommand !== undefined) return viaProgram("/bin/sh", ["-c", `exec ${proxyCommand}`]);
  return viaSocket(host, hostname, port, signal);
}

/** `a,b,c` means: through a, then b, and c makes the last connection. OpenSSH's own `-J` does the rest. */
export function jumpArguments(host: Host, proxyJump: string, hostname: string, port: number): string[] {
  const hops = proxyJump.split(",");
  const last = hops.pop() ?? "";
  const configFile = host.address.type === "ssh" ? host.address.configFile : undefined;
  const destination = hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
  return [
    ...(configFile === undefined ? [] : ["-F", configFile]),
    "-o",
    "BatchMode=yes",
    ...(hops.length === 0 ? [] : ["-J", hops.join(",")]),
    "-W",
    destination,
    "--",
    last.startsWith("ssh://") || !last.includes(":") ? last : `ssh://${last}`,
  ];
}

function viaSocket(host: Host, hostname: string, port: number, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // Without noDelay every small message waits for the last one's acknowledgement: 96 ms instead of 8 for an exec.
    const socket = net.connect({ host: hostname, port, noDelay: true, signal });
    const fail = (why: string, cause?: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(new HostUnreachableError(host.name, why, { cause }));
    };
    const timer = setTimeout(
      () => fail(`${hostname}:${port} did not answer within ${connectMs / 1000} s`),
      connectMs,
    );
    const refused = (error: Error): void => fail(error.message, error);
    socket.once("error", refused);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", refused);
      resolve(socket);
    });
  });
}

function viaProgram(program: string, args: readonly string[]): Promise<Duplex> {
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"], windowsHide: true });
  child.on("error", () => undefined);
  child.stdin.on("error", () => undefined);
  const duplex = Duplex.from({ readable: child.stdout, writable: child.stdin });
  duplex.on("close", () => child.kill());
  return Promise.resolve(duplex);
}
