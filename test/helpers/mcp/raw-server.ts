import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { caelumBin, cleanEnvironment } from "../run-caelum.ts";

export interface RawServer {
  pid: number;
  /** As it is, without a line feed. */
  write(text: string): void;
  /** The next line of stdout, parsed. */
  next(): Promise<Record<string, unknown>>;
  /** Sends a request of the initialize era and waits for its answer; others' lines are kept for `next`. */
  request(method: string, params?: object): Promise<Record<string, unknown>>;
  endInput(): void;
  /** Exit code or signal. */
  ended: Promise<number | NodeJS.Signals>;
  stderr(): string;
}

/** The built server without any client library: for what no library would send. */
export function startRawServer(
  cwd: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = cleanEnvironment(),
): RawServer {
  const child = spawn(process.execPath, [caelumBin, "mcp", ...args], { cwd, env, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: Record<string, unknown>[] = [];
  const waiting: ((line: Record<string, unknown>) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as Record<string, unknown>;
    const taker = waiting.shift();
    if (taker === undefined) lines.push(message);
    else taker(message);
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => undefined);
  let id = 0;
  const next = (): Promise<Record<string, unknown>> => {
    const line = lines.shift();
    return line === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(line);
  };
  return {
    pid: child.pid!,
    write: (text) => void child.stdin.write(text),
    next,
    async request(method, params = {}) {
      const own = ++id;
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: own, method, params })}\n`);
      const others: Record<string, unknown>[] = [];
      for (;;) {
        const message = await next();
        if (message["id"] === own) {
          lines.unshift(...others);
          return message;
        }
        others.push(message);
      }
    },
    endInput: () => child.stdin.end(),
    ended: new Promise((resolve) => {
      child.on("exit", (code, signal) => resolve(signal ?? code ?? -1));
    }),
    stderr: () => stderr,
  };
}

/** What a client of 2025 says first. */
export const introduction = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "raw", version: "1" },
};
