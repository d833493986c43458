import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostHeaderValidation, originValidation, toNodeHandler } from "@modelcontextprotocol/node";
import { type AuthInfo, createMcpHandler, localhostAllowedHostnames } from "@modelcontextprotocol/server";
import { UsageError } from "#kernel";
import { HttpTokens } from "./http-tokens.ts";
import { endServer } from "../mcp/end-server.ts";
import { makeState, type McpOptions } from "../mcp/make-state.ts";
import { serverFactory } from "../mcp/make-server.ts";

export interface HttpOptions extends McpOptions {
  /** 0: any that is free. */
  port: number;
  /** Address to listen on. */
  host: string;
  tokensFile: string;
  onListening: (url: string) => void;
}

/** A client that opens connections and says nothing holds them no longer. */
const headersMs = 10_000;
const maxConnections = 1000;

/**
 * Serves many clients over Streamable HTTP at `/mcp`, and metrics at `/metrics`, until the signal is aborted. Whoever
 * asks needs a token; web pages of others do not get in with one either (Origin, Host).
 * @throws UsageError when it cannot listen, or tokens, roots or tools are wrong
 */
export async function serveHttp(options: HttpOptions, signal: AbortSignal): Promise<void> {
  const tokens = HttpTokens.of(options.tokensFile);
  // Several clients share it: none of them says where the others may read.
  const state = makeState({ ...options, roots: options.roots ?? [options.cwd] });
  const mcp = createMcpHandler(serverFactory(state), { onerror: (error) => state.log(error.message) });
  const handle = toNodeHandler(mcp, { onerror: (error) => state.log(error.message) });
  const names = [...localhostAllowedHostnames(), options.host];
  const isOurHost = hostHeaderValidation(names);
  const isOurOrigin = originValidation(names);

  const answer = async (
    request: IncomingMessage & { auth?: AuthInfo },
    response: ServerResponse,
  ): Promise<void> => {
    if (!isOurHost(request, response) || !isOurOrigin(request, response)) return;
    const name = tokens.nameOf(request.headers.authorization);
    if (name === undefined) {
      response.writeHead(401, { "www-authenticate": "Bearer" }).end();
      return;
    }
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    if (pathname === "/metrics" && request.method === "GET") {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(state.metrics.text());
    } else if (pathname === "/mcp") {
      request.auth = { token: "", clientId: name, scopes: [] };
      await handle(request as Parameters<typeof handle>[0], response);
    } else response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      state.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      response.destroy();
    });
  });
  server.headersTimeout = headersMs;
  server.maxConnections = maxConnections;
  await listen(server, options);
  const { address, port } = server.address() as AddressInfo;
  options.onListening(`http://${address.includes(":") ? `[${address}]` : address}:${port}/mcp`);
  state.prepare();
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await endServer(options, async () => {
    server.close();
    await Promise.all([mcp.close(), state.close()]).catch(() => undefined);
    server.closeAllConnections();
  });
}

function listen(server: ReturnType<typeof createServer>, { port, host }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      reject(
        new UsageError(`cannot listen on ${host} port ${port}`, {
          cause: error,
          hint: "--http with another port",
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}
