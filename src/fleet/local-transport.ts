import { spawn } from "node:child_process";
import net from "node:net";
import type { Duplex } from "node:stream";
import { type Channel, type ChannelEnd, type Link, type Transport } from "./transport.ts";

/** This machine as a host: programs at the end of a pipe, no shell between. */
export const localTransport: Transport = {
  name: "local",
  connect: () => Promise.resolve(localLink()),
};

function localLink(): Link {
  const open = new Set<Channel>();
  return {
    exec: async (command) => {
      const channel = await startLocally(typeof command === "string" ? [command] : command);
      open.add(channel);
      void channel.closed.then(() => open.delete(channel));
      return channel;
    },
    tunnel: connectLocally,
    close: () => {
      for (const channel of open) channel.destroy();
    },
  };
}

function startLocally([program = "", ...args]: readonly string[]): Promise<Channel> {
  // A group of its own: ctrl-C in the terminal reaches us alone, and we end the agent in good order.
  const child = spawn(program, args, {
    stdio: "pipe",
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const { stdin, stdout, stderr } = child;
  // Writing to a program that has just ended is no defect; `closed` tells of the end.
  stdin.on("error", () => undefined);
  const closed = new Promise<ChannelEnd>((resolve) => {
    child.once("error", (error) => resolve({ error }));
    child.once("close", (code, signal) => {
      resolve({ ...(code === null ? {} : { code }), ...(signal === null ? {} : { signal }) });
    });
  });
  const destroy = (): void => {
    stdin.destroy();
    child.kill("SIGTERM");
  };
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => resolve({ stdin, stdout, stderr, closed, destroy }));
  });
}

function connectLocally({ host, port }: { host: string; port: number }): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port, noDelay: true });
    socket.once("error", reject);
    socket.once("connect", () => resolve(socket));
  });
}
