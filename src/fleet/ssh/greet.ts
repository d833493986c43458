import { HostUnreachableError } from "../errors.ts";
import type { Host } from "../host.ts";
import { openSocket } from "./proxy.ts";
import type { ResolvedHost } from "./resolve.ts";

/** RFC 4253 lets a server say other lines first; so many are no SSH server's. */
const maxBytes = 64 * 1024;

/**
 * What greets at the end of the way to a host: `SSH-2.0-OpenSSH_9.2`. Tells a port where something else, or nothing
 * that speaks, listens from one that leads to sshd. Throws a HostUnreachableError.
 */
export async function sshGreeting(host: Host, resolved: ResolvedHost, signal: AbortSignal): Promise<string> {
  const socket = await openSocket(host, resolved, signal);
  const stop = (): void => void socket.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    let said = "";
    return await new Promise<string>((resolve, reject) => {
      const fail = (why: string, cause?: unknown): void =>
        reject(new HostUnreachableError(host.name, why, { cause }));
      socket.on("error", (error) => fail(error.message, error));
      socket.once("close", () => fail(closedBy(resolved, said)));
      socket.on("data", (chunk: Buffer) => {
        said += chunk.toString("latin1");
        const greeting = /^SSH-[^\r\n]+(?=\r?\n)/m.exec(said)?.[0];
        if (greeting !== undefined) resolve(greeting);
        else if (said.length > maxBytes) fail("what answers there is no SSH server");
      });
    });
  } finally {
    signal.removeEventListener("abort", stop);
    socket.destroy();
  }
}

function closedBy({ proxyJump, proxyCommand }: ResolvedHost, said: string): string {
  if (proxyJump !== undefined) return `the way through ${proxyJump} was closed`;
  if (proxyCommand !== undefined) return "its ProxyCommand ended";
  return said === "" ? "the port closes at once" : "what answers there is no SSH server";
}
