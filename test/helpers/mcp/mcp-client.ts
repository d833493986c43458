import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { onTestFinished } from "vitest";
import { caelumBin, cleanEnvironment } from "../run-caelum.ts";

export type Era = "modern" | "legacy";

export interface Connected {
  client: Client;
  pid: number;
  /** The first text of a tool's answer, and the whole result. */
  call: (name: string, input?: Record<string, unknown>) => Promise<{ text: string; result: ToolResult }>;
}

export interface ToolResult {
  content: { type: string; text?: string; uri?: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

export interface ConnectOptions {
  era?: Era;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Prepares the client before it connects: roots, elicitation. */
  prepare?: (client: Client) => void;
  capabilities?: Record<string, unknown>;
  /** As another user; root only. */
  uid?: number;
  /** Variables that the server does not get. */
  unset?: readonly string[];
  /** A program that starts the server in its own place. */
  before?: readonly string[];
}

/** The built server as a real process, behind the official client. Both end with the test. */
export async function connectMcp(cwd: string, options: ConnectOptions = {}): Promise<Connected> {
  const { era = "modern", args = [], env = {}, capabilities = {} } = options;
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities, versionNegotiation: { mode: era === "modern" ? "auto" : "legacy" } },
  );
  options.prepare?.(client);
  const transport = new StdioClientTransport({
    ...command([process.execPath, caelumBin, "mcp", ...args], options),
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stderr: "ignore",
  });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    client,
    pid: transport.pid!,
    async call(name, input = {}) {
      const result = (await client.callTool({ name, arguments: input })) as ToolResult;
      return { text: result.content[0]?.text ?? "", result };
    },
  };
}

function command(
  words: readonly string[],
  { uid, unset = [], before = [] }: ConnectOptions,
): { command: string; args: string[] } {
  const user =
    uid === undefined ? [] : ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--"];
  // The client adds HOME and the like by itself: they have to be taken away behind it.
  const without = unset.length === 0 ? [] : ["env", ...unset.map((name) => `--unset=${name}`)];
  const [program = "", ...args] = [...without, ...user, ...before, ...words];
  return { command: program, args };
}
