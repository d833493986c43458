import path from "node:path";
import { Client, SdkError, StreamableHTTPClientTransport, type Tool } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { throwIfAborted } from "#kernel";
import { ServerUnreachableError } from "./errors.ts";
import { expand, expandAll, type Variables } from "./expand.ts";
import type { ServerEntry } from "./server-file.ts";

const defaultTimeoutMs = 20_000;
/** A server that lists more is broken or means harm. */
const mostPages = 100;
const mostTools = 2000;

/** What a server is and can do. */
export interface ServerDescription {
  title: string;
  version: string;
  protocol: string;
  instructions?: string;
  tools: readonly Tool[];
  resources: readonly { uri: string; name: string; description?: string | undefined }[];
  prompts: readonly { name: string; description?: string | undefined }[];
}

export interface ConnectContext {
  /** The file that names the server: relative folders start beside it. */
  file: string;
  variables: Variables;
  /** Of caelum. */
  version: string;
  signal: AbortSignal;
}

/** A server that is up. It ends with `close`, its process with it. */
export class ServerConnection {
  readonly #client: Client;
  readonly #server: ServerEntry;
  readonly #said: () => string;

  private constructor(client: Client, server: ServerEntry, said: () => string) {
    this.#client = client;
    this.#server = server;
    this.#said = said;
  }

  /** Both eras of the protocol. @throws ServerUnreachableError, UsageError for a variable that is not set */
  static async open(server: ServerEntry, context: ConnectContext): Promise<ServerConnection> {
    const { version, signal } = context;
    const client = new Client({ name: "caelum", version }, { versionNegotiation: { mode: "auto" } });
    const { transport, said } = transportTo(server, context);
    const connection = new ServerConnection(client, server, said);
    try {
      await connection.#do("did not start", () =>
        client.connect(transport, { timeout: server.timeoutMs ?? defaultTimeoutMs, signal }),
      );
    } catch (error) {
      await connection.close();
      throwIfAborted(signal);
      throw error;
    }
    return connection;
  }

  async describe(): Promise<ServerDescription> {
    const capabilities = this.#client.getServerCapabilities() ?? {};
    const [tools, resources, prompts] = await Promise.all([
      this.tools(),
      capabilities.resources === undefined
        ? []
        : this.#pages("resources", (params) => this.#client.listResources(params)),
      capabilities.prompts === undefined
        ? []
        : this.#pages("prompts", (params) => this.#client.listPrompts(params)),
    ]);
    const { name = this.#server.name, title, version = "" } = this.#client.getServerVersion() ?? {};
    const instructions = this.#client.getInstructions();
    return {
      title: title ?? name,
      version,
      protocol: this.#client.getNegotiatedProtocolVersion() ?? "unknown",
      ...(instructions === undefined ? {} : { instructions }),
      tools,
      resources,
      prompts,
    };
  }

  /** In the order of names, whatever the server's order is. */
  async tools(): Promise<Tool[]> {
    if (this.#client.getServerCapabilities()?.tools === undefined) return [];
    const tools = await this.#pages("tools", (params) => this.#client.listTools(params));
    return tools.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The server's answer as it is; text of others. @throws ServerUnreachableError */
  /** `headers`: by which the server continues our trace. */
  async call(
    tool: string,
    input: Record<string, unknown>,
    { signal, headers }: { signal: AbortSignal; headers?: Readonly<Record<string, string>> | undefined },
  ): Promise<unknown> {
    const timeout = this.#server.timeoutMs ?? 10 * 60_000;
    return this.#do(`did not answer ${tool}`, () =>
      this.#client.callTool(
        { name: tool, arguments: input, ...(headers === undefined ? {} : { _meta: headers }) },
        { signal, timeout, resetTimeoutOnProgress: true },
      ),
    );
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #pages<
    K extends "tools" | "resources" | "prompts",
    R extends { nextCursor?: string | undefined } & Record<K, unknown[]>,
  >(kind: K, list: (params: { cursor?: string }) => Promise<R>): Promise<R[K]> {
    const all: unknown[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < mostPages && all.length < mostTools; page++) {
      const answer = await this.#do(`did not list its ${kind}`, () =>
        list(cursor === undefined ? {} : { cursor }),
      );
      all.push(...answer[kind]);
      cursor = answer.nextCursor;
      if (cursor === undefined) return all as R[K];
    }
    throw new ServerUnreachableError(this.#server.name, `lists ${kind} without end`);
  }

  async #do<T>(failed: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const said = this.#said();
      const why = said === "" ? messageOf(cause) : `${messageOf(cause)}; it said: ${said}`;
      throw new ServerUnreachableError(this.#server.name, `${failed}: ${why}`, {
        cause,
        ...hintFor(this.#server, cause),
      });
    }
  }
}

type AnyTransport = StdioClientTransport | StreamableHTTPClientTransport;

function transportTo(
  server: ServerEntry,
  { file, variables }: ConnectContext,
): { transport: AnyTransport; said: () => string } {
  const { name } = server;
  if (server.type === "http") {
    const headers = expandAll(server.headers, variables, `${name}.headers`);
    const url = new URL(expand(server.url, variables, `${name}.url`));
    return {
      transport: new StreamableHTTPClientTransport(url, { requestInit: { headers } }),
      said: () => "",
    };
  }
  const transport = new StdioClientTransport({
    command: expand(server.command, variables, `${name}.command`),
    args: server.args.map((arg) => expand(arg, variables, `${name}.args`)),
    // Of our own environment only what every program needs: a server gets the secrets that are meant for it.
    env: { ...getDefaultEnvironment(), ...expandAll(server.env, variables, `${name}.env`) },
    cwd: path.resolve(path.dirname(file), expand(server.cwd ?? ".", variables, `${name}.cwd`)),
    stderr: "pipe",
  });
  let said = "";
  transport.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-400);
  });
  return {
    transport,
    said: () =>
      said
        .replaceAll(/\s*[\r\n]+\s*/g, "; ")
        .replaceAll(/\p{Cc}/gu, " ")
        .trim(),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split("\n")[0] ?? error.name) : String(error);
}

function hintFor(server: ServerEntry, cause: unknown): { hint?: string } {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT" && server.type === "stdio")
    return { hint: `install ${server.command}, or give its whole path` };
  if (cause instanceof SdkError && server.type === "stdio")
    return { hint: "start its command by hand and see what it prints" };
  return {};
}
