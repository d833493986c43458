import { PassThrough } from "node:stream";
import type { Channel, ChannelEnd, Link } from "#fleet";

/** What a scripted host does with a command line: what it prints, and whether it goes on running. */
export interface Reply {
  stdout?: string;
  stderr?: string;
  code?: number;
  running?: boolean;
}

/** A Link whose far side is a function: for hosts that cannot be had on this machine. */
export function scriptedLink(
  reply: (command: string) => Reply,
  files: Link["files"],
): Link & { commands: string[] } {
  const commands: string[] = [];
  return {
    commands,
    exec: (command) => {
      const line = typeof command === "string" ? command : command.join(" ");
      commands.push(line);
      return Promise.resolve(channelOf(reply(line)));
    },
    tunnel: () => Promise.reject(new Error("this host has no tunnels")),
    close: () => undefined,
    ...(files === undefined ? {} : { files }),
  };
}

function channelOf({ stdout = "", stderr = "", code = 0, running = false }: Reply): Channel {
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
  streams.stderr.end(stderr);
  streams.stdout.write(stdout);
  const closed = new Promise<ChannelEnd>((resolve) => {
    if (running) return;
    streams.stdout.end();
    streams.stdout.once("end", () => resolve({ code }));
  });
  return { ...streams, closed, destroy: () => void streams.stdin.destroy() };
}
