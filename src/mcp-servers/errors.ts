import { CaelumError } from "#kernel";

/** A server did not start, does not answer, or does not speak MCP. */
export class ServerUnreachableError extends CaelumError {
  constructor(server: string, why: string, details: { hint?: string; cause?: unknown } = {}) {
    super("CAELUM_MCP_SERVER", "incomplete", `MCP server "${server}" ${why}`, {
      ...details,
      data: { server },
    });
  }
}

/** A tool is not what it was when it was pinned, or may not be used. */
export class ToolRefusedError extends CaelumError {
  constructor(server: string, tool: string, why: string, hint: string) {
    super("CAELUM_MCP_TOOL", "denied", `tool "${tool}" of MCP server "${server}" ${why}`, {
      hint,
      data: { server, tool },
    });
  }
}
