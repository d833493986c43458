import type { Readable, Writable } from "node:stream";
import os from "node:os";
import { RunnerError } from "../runners/index.ts";
import { HostTests } from "./host-tests.ts";
import { readRequests } from "./request-reader.ts";
import type { HostRequest, WireEvent } from "./wire.ts";

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

  async function answer(request: HostRequest, bytes: Uint8Array): Promise<void> {
    if (request.type === "cancel") {
      running.get(request.call)?.abort();
      return;
    }
    const { call } = request;
    const controller = new AbortController();
    running.set(call, controller);
    try {
      const emit = (event: WireEvent): void => say({ type: "event", call, event });
      const value = await tests.answer(request, bytes, controller.signal, emit);
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
  readRequests(input, (request, bytes) => void answer(request as HostRequest, bytes));
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
