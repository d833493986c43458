import type { Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import os from "node:os";
import { RunnerError } from "../runners/index.ts";
import { HostTests } from "./host-tests.ts";
import type { HostRequest } from "./wire.ts";

/**
 * Answers requests until the input ends; then everything that was started ends, and so does this process. What it
 * starts never writes to these streams.
 */
export function serveTests(home: string, input: Readable, output: Writable): void {
  const running = new Map<number, AbortController>();
  const say = (message: object): void => void output.write(`${JSON.stringify(message)}\n`);
  const tests = new HostTests(home);
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    for (const controller of running.values()) controller.abort();
    // What hangs in its end is left to the warden.
    setTimeout(() => process.exit(0), 3000).unref();
    void tests.close().finally(() => process.exit(0));
  };

  async function answer(request: HostRequest): Promise<void> {
    if (request.type === "cancel") {
      running.get(request.call)?.abort();
      return;
    }
    const { call } = request;
    const controller = new AbortController();
    running.set(call, controller);
    try {
      const value = await tests.answer(request, controller.signal, (event) =>
        say({ type: "event", call, event }),
      );
      say({ type: "answer", call, value: value ?? null });
    } catch (error) {
      say({ type: "failed", call, ...describe(error) });
    } finally {
      running.delete(call);
    }
  }

  output.on("error", end);
  input.on("error", end);
  input.on("end", end);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, end);
  readLines(input, (line) => void answer(JSON.parse(line) as HostRequest));
  const { platform, arch, versions } = process;
  say({ type: "ready", node: versions.node, platform, arch, cores: os.availableParallelism() });
}

function describe(error: unknown): { fault: "runner" | "host"; message: string; details?: string } {
  if (error instanceof RunnerError) {
    const { output } = (error.data ?? {}) as { output?: unknown };
    const details = typeof output === "string" ? { details: output } : {};
    return { fault: "runner", message: error.message, ...details };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && error.stack !== undefined ? { details: error.stack } : {};
  return { fault: "host", message, ...stack };
}

function readLines(input: Readable, take: (line: string) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest: string[] = [];
  input.on("data", (bytes: Buffer) => {
    const lines = decoder.write(bytes).split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      take(rest.join("") + line);
      rest = [];
    }
    if (last !== "") rest.push(last);
  });
}
