import { ProtocolError, type Server, type ServerContext } from "@modelcontextprotocol/server";
import { type Attributes, errorType, type Span, startSpan, workFor } from "#kernel";
import type { McpState } from "./state.ts";

export interface Served {
  method: string;
  /** A tool or a prompt: names that are few. */
  target?: string;
  tenant: string;
  attributes?: Attributes;
}

const versionKey = "io.modelcontextprotocol/protocolVersion";

/**
 * Answers a request on behalf of its tenant, in a span that goes on the client's trace where it sent one (SEP-414).
 * Attributes are those of OpenTelemetry's conventions for MCP; arguments and results are none.
 */
export async function served<T>(
  { telemetry }: McpState,
  server: Server,
  { mcpReq, http }: ServerContext,
  { method, target, tenant, attributes }: Served,
  work: (span: Span | undefined) => Promise<T> | T,
): Promise<T> {
  if (telemetry !== undefined) await telemetry.ready();
  const span = startSpan(target === undefined ? method : `${method} ${target}`, {
    kind: "server",
    parent: undefined,
    remote: mcpReq._meta,
    attributes: {
      "mcp.method.name": method,
      "jsonrpc.request.id": String(mcpReq.id),
      "mcp.protocol.version": versionOf(server, mcpReq.envelope),
      "network.transport": http === undefined ? "pipe" : "tcp",
      "network.protocol.name": http === undefined ? undefined : "http",
      "caelum.tenant": tenant,
      ...attributes,
    },
  });
  try {
    const result = await workFor({ tenant, span }, () => work(span));
    span?.end(isError(result) ? "tool_error" : undefined);
    return result;
  } catch (error) {
    if (error instanceof ProtocolError) span?.set({ "rpc.response.status_code": String(error.code) });
    span?.end(error instanceof ProtocolError ? String(error.code) : errorType(error));
    throw error;
  }
}

function versionOf(server: Server, envelope: object | undefined): string | undefined {
  const said = (envelope as Readonly<Record<string, unknown>> | undefined)?.[versionKey];
  return typeof said === "string" ? said : server.getNegotiatedProtocolVersion();
}

function isError(result: unknown): boolean {
  return typeof result === "object" && result !== null && "isError" in result && result.isError === true;
}
