import type { Server, ServerContext } from "@modelcontextprotocol/server";
import { plainLine } from "./plain-text.ts";

export interface McpClient {
  /** As it calls itself; plain. */
  name: string;
  /** It can put a question to the person. */
  canAsk: boolean;
  /** It can tell which folders it has open. */
  hasRoots: boolean;
}

/** Who asks: each request says so since 2026, the connection did before. */
export function clientOf(server: Server, { mcpReq }: ServerContext): McpClient {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  const said = envelope["io.modelcontextprotocol/clientInfo"] ?? server.getClientVersion();
  const name = typeof said === "object" && said !== null && "name" in said ? said.name : undefined;
  const told = envelope["io.modelcontextprotocol/clientCapabilities"] ?? server.getClientCapabilities();
  const can: Readonly<Record<string, unknown>> = typeof told === "object" && told !== null ? { ...told } : {};
  return {
    name: typeof name === "string" ? plainLine(name, 60) : "unknown",
    canAsk: can["elicitation"] !== undefined,
    hasRoots: can["roots"] !== undefined,
  };
}
