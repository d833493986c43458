import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ServerCommand {
  name: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

interface Answer {
  result?: { content?: { text?: string }[]; structuredContent?: object; isError?: boolean };
  error?: { message: string };
}

/** An MCP server over stdio behind the smallest client there can be, so that what is measured is the server. */
export class BenchServer {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer | Error) => void>();
  /** Why nothing is answered any more. */
  #ended: Error | undefined;
  #id = 0;

  private constructor(command: ServerCommand) {
    this.#child = spawn(process.execPath, command.args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...command.env },
    });
    let said = "";
    this.#child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-1000);
    });
    // With what it said last: who waits for an answer would wait for ever.
    this.#child.once("close", (code) => {
      this.#ended = new Error(`${command.name} ended (${code ?? "by a signal"}): ${said.trim()}`);
      for (const settle of this.#waiting.values()) settle(this.#ended);
    });
    // What was written to a server that is gone: its end says more.
    this.#child.stdin!.on("error", () => undefined);
    createInterface({ input: this.#child.stdout! }).on("line", (line) => {
      const message = JSON.parse(line) as Answer & { id?: number };
      this.#waiting.get(message.id ?? -1)?.(message);
    });
  }

  /** The server, and the milliseconds from its start to its first answer. */
  static async start(command: ServerCommand): Promise<{ server: BenchServer; firstMs: number }> {
    const startedAt = performance.now();
    const server = new BenchServer(command);
    await server.#request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "1" },
    });
    const firstMs = performance.now() - startedAt;
    server.#child.stdin!.write(
      `${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`,
    );
    return { server, firstMs };
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** The text of a tool's answer. Throws when it is an error. */
  async call(name: string, input: object): Promise<string> {
    return (await this.callWhole(name, input)).text;
  }

  /** The text, the structured content as JSON, and the whole result as JSON. Throws as `call`. */
  async callWhole(name: string, input: object): Promise<{ text: string; structured: string; wire: string }> {
    const { result, error } = await this.#request("tools/call", { name, arguments: input });
    const text = (result?.content ?? []).map((part) => part.text ?? "").join("\n");
    if (error !== undefined || result?.isError === true)
      throw new Error(`${name}: ${error?.message ?? text}`);
    const structured = JSON.stringify(result?.structuredContent ?? {});
    return { text, structured, wire: JSON.stringify(result) };
  }

  async listBytes(): Promise<number> {
    return JSON.stringify((await this.#request("tools/list", {})).result).length;
  }

  stop(): Promise<void> {
    this.#child.stdin!.end();
    return new Promise((resolve) => {
      this.#child.once("exit", () => resolve());
    });
  }

  #request(method: string, params: object): Promise<Answer> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      const settle = (answer: Answer | Error): void => {
        this.#waiting.delete(id);
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      };
      if (this.#ended !== undefined) return settle(this.#ended);
      this.#waiting.set(id, settle);
      this.#child.stdin!.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    });
  }
}
