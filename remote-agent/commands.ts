import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import type { AgentMessage, ByteStream, StreamHandlers } from "#protocol";
import { type Children, signalGroup } from "./children.ts";

/** From the polite signal to the other one. */
const killGraceMs = 2000;

export interface CommandRequest {
  call: number;
  stream: number;
  program: string;
  args: readonly string[];
  cwd?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
}

export interface CommandPort {
  children: Children;
  openStream(id: number, handlers: StreamHandlers): ByteStream;
  send(message: AgentMessage): void;
}

/** Programs that run on the host, each in a process group that ends with it. */
export class Commands {
  readonly #port: CommandPort;
  readonly #running = new Map<number, ChildProcess>();

  constructor(port: CommandPort) {
    this.#port = port;
  }

  start(request: CommandRequest): void {
    const { call, stream } = request;
    const child = this.#port.children.start(request.program, request.args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...request.env },
      ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    });
    this.#running.set(call, child);
    let timedOut = false;
    let timer: NodeJS.Timeout | undefined;
    child.once("spawn", () => {
      this.#connect(child, stream);
      this.#port.send({ type: "command.started", call, pid: child.pid ?? 0 });
      if (request.timeoutMs === undefined) return;
      timer = setTimeout(() => {
        timedOut = true;
        this.kill(call);
      }, request.timeoutMs);
    });
    child.once("error", (error) => {
      if (child.pid !== undefined) return;
      this.#running.delete(call);
      this.#port.send({ type: "failed", call, code: "spawn", message: error.message });
    });
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      this.#running.delete(call);
      this.#port.send({
        type: "command.exited",
        call,
        timedOut,
        ...(code === null ? {} : { code }),
        ...(signal === null ? {} : { signal }),
      });
    });
  }

  kill(call: number): void {
    const child = this.#running.get(call);
    if (child?.pid === undefined) return;
    signalGroup(child.pid, "SIGTERM");
    setTimeout(() => this.#port.children.kill(child), killGraceMs).unref();
  }

  #connect(child: ChildProcess, first: number): void {
    const { stdin, stdout, stderr } = child;
    if (stdin === null || stdout === null || stderr === null) return;
    stdin.on("error", () => undefined);
    this.#port.openStream(first, {
      data: (bytes) =>
        new Promise<void>((resolve) => {
          // A program that does not read its input any more is no error: what is left is dropped.
          if (stdin.writable) stdin.write(Buffer.from(bytes), () => resolve());
          else resolve();
        }),
      end: () => stdin.end(),
      reset: () => stdin.end(),
    });
    this.#forward(stdout, first + 1);
    this.#forward(stderr, first + 2);
  }

  #forward(source: Readable, id: number): void {
    const stream = this.#port.openStream(id, { data: () => undefined, reset: () => source.destroy() });
    void (async () => {
      try {
        for await (const chunk of source) await stream.write(chunk as Uint8Array);
      } catch {
        // The pipe broke with the program: what came before it is all there is.
      }
      stream.end();
    })();
  }
}
