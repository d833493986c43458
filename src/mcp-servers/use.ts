import picomatch from "picomatch";
import type { Tool } from "@modelcontextprotocol/client";
import { traced } from "#kernel";
import { type ConnectContext, ServerConnection, type ServerDescription } from "./connection.ts";
import { ToolRefusedError } from "./errors.ts";
import { compare, pinsBeside, type PinnedState, readPins, writePins } from "./pins.ts";
import type { ServerEntry, ServerFile } from "./server-file.ts";

export interface UseContext {
  env: Readonly<Record<string, string | undefined>>;
  /** Of caelum. */
  version: string;
  signal: AbortSignal;
}

export interface Inspected {
  server: ServerEntry;
  description: ServerDescription;
  pinned: PinnedState;
  /** Tools that the entry's `tools` allows. */
  allowed: ReadonlySet<string>;
}

/** Starts a server, asks what it can do, and ends it. `pin`: what is there now is what is trusted from now on. */
export async function inspectServer(
  servers: ServerFile,
  server: ServerEntry,
  context: UseContext,
  pin = false,
): Promise<Inspected> {
  const connection = await ServerConnection.open(server, connectContext(servers, context));
  try {
    const description = await connection.describe();
    const file = pinsBeside(servers.file);
    if (pin) await writePins(file, server.name, description.tools);
    const pinned = compare(await readPins(file), server.name, description.tools);
    return { server, description, pinned, allowed: allowedOf(server, description.tools) };
  } finally {
    await connection.close();
  }
}

/**
 * Calls one tool and gives the server's answer as it is. The first look at a server's tools pins them; one that has changed since is not called.
 * @throws ToolRefusedError, ServerUnreachableError
 */
export async function callTool(
  servers: ServerFile,
  server: ServerEntry,
  { tool, input }: { tool: string; input: Record<string, unknown> },
  context: UseContext,
): Promise<unknown> {
  const connection = await ServerConnection.open(server, connectContext(servers, context));
  try {
    await checkTool(servers, server, await connection.tools(), tool);
    const attributes = {
      "mcp.method.name": "tools/call",
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": tool,
      "caelum.server": server.name,
    };
    return await traced(`tools/call ${tool}`, { kind: "client", attributes }, (span) =>
      connection.call(tool, input, { signal: context.signal, headers: span?.headers() }),
    );
  } finally {
    await connection.close();
  }
}

async function checkTool(
  servers: ServerFile,
  server: ServerEntry,
  tools: readonly Tool[],
  name: string,
): Promise<void> {
  const look = `caelum mcp servers inspect ${server.name}`;
  if (!tools.some((tool) => tool.name === name))
    throw new ToolRefusedError(server.name, name, "is not there", look);
  if (!allowedOf(server, tools).has(name)) {
    throw new ToolRefusedError(
      server.name,
      name,
      "is not among the tools its entry allows",
      `"tools" in ${servers.file}`,
    );
  }
  const file = pinsBeside(servers.file);
  const pins = await readPins(file);
  if (!Object.hasOwn(pins.servers, server.name)) return writePins(file, server.name, tools);
  const state = compare(pins, server.name, tools).tools.get(name);
  if (state === "pinned") return;
  const why =
    state === "new" ? "was not there when its server was pinned" : "is not what it was when it was pinned";
  throw new ToolRefusedError(server.name, name, why, `${look}, then with --pin if it is well`);
}

export function allowedOf({ tools: patterns }: ServerEntry, tools: readonly Tool[]): Set<string> {
  const names = tools.map(({ name }) => name);
  return new Set(patterns === undefined ? names : names.filter((name) => picomatch.isMatch(name, patterns)));
}

function connectContext(
  { file, variables }: ServerFile,
  { env, version, signal }: UseContext,
): ConnectContext {
  return { file, variables: { ...variables, ...env }, version, signal };
}
