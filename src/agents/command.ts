import type { Readable, Writable } from "node:stream";
import type { AgentMessage, Connection, ControllerMessage } from "#protocol";
import type { Calls } from "./calls.ts";
import { streamDuplex } from "./stream-duplex.ts";

export interface CommandOptions {
  cwd?: string;
  /** Added to the agent's own environment. */
  env?: Readonly<Record<string, string>>;
  /** SIGTERM then, SIGKILL two seconds later. */
  timeoutMs?: number;
  /** Aborting it ends the command in the same way. */
  signal?: AbortSignal;
}

export interface CommandEnd {
  /** Undefined when a signal ended it. */
  code?: number;
  signal?: string;
  timedOut: boolean;
}

/** A program on a host, in a process group that ends with it. Read both outputs: they are flow-controlled. */
export interface RunningCommand {
  pid: number;
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Rejects with a SessionLostError only. */
  exited: Promise<CommandEnd>;
  kill(): void;
}

interface CommandPort {
  calls: Calls;
  connection: Connection<AgentMessage, ControllerMessage>;
  firstStream: number;
}

export async function startCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
  { calls, connection, firstStream }: CommandPort,
): Promise<RunningCommand> {
  const { cwd, env, timeoutMs, signal } = options;
  const [stdin, stdout, stderr] = [0, 1, 2].map(
    (offset) => streamDuplex(connection, firstStream + offset).duplex,
  );
  const streams = [stdin!, stdout!, stderr!] as const;
  // Ended sessions reset streams; whoever reads them hears it from `exited` too.
  for (const stream of streams) stream.on("error", () => undefined);
  const call = calls.begin();
  const kill = (): void => connection.send({ type: "command.kill", call });
  connection.send({
    type: "command.start",
    call,
    stream: firstStream,
    program,
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  let pid: number;
  try {
    ({ pid } = await calls.next(call, "command.started"));
  } catch (error) {
    for (const stream of streams) stream.destroy();
    calls.end(call);
    throw error;
  }
  // Each stream carries one direction only; before this the other side did not know them.
  streams[0].resume();
  streams[1].end();
  streams[2].end();
  signal?.addEventListener("abort", kill, { once: true });
  if (signal?.aborted) kill();
  const exited = calls.next(call, "command.exited").finally(() => {
    calls.end(call);
    signal?.removeEventListener("abort", kill);
    streams[0].destroy();
  });
  exited.catch(() => undefined);
  return { pid, stdin: streams[0], stdout: streams[1], stderr: streams[2], exited, kill };
}
