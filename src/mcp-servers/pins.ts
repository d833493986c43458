import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Tool } from "@modelcontextprotocol/client";
import * as v from "valibot";
import { UsageError } from "#kernel";
import { replaceFile } from "./replace-file.ts";

/**
 * What the tools of a server were when somebody looked at them. A description is an instruction to a model: a server that changes one after
 * it has been trusted ("rug pull") must not go unnoticed. The file stands beside mcp.json and is meant to be shared with it.
 */
const pinnedTool = v.object({
  hash: v.string(),
  /** As the server told it, so that a change of this file shows what changed, and tools can be listed without starting their server. */
  definition: v.looseObject({ name: v.string(), inputSchema: v.looseObject({ type: v.literal("object") }) }),
});
const pinFile = v.object({
  version: v.literal(1),
  servers: v.record(v.string(), v.object({ tools: v.record(v.string(), pinnedTool) })),
});
export type Pins = v.InferOutput<typeof pinFile>;

export type ToolState = "pinned" | "new" | "changed";

export interface PinnedState {
  /** By name of tool. */
  tools: ReadonlyMap<string, ToolState>;
  /** Pinned, and not there any more. */
  gone: readonly string[];
}

export function pinsBeside(serverFile: string): string {
  return path.join(path.dirname(serverFile), "mcp.lock.json");
}

/** @throws UsageError for a file that is no such file */
export async function readPins(file: string): Promise<Pins> {
  if (!existsSync(file)) return { version: 1, servers: {} };
  try {
    const pins = v.parse(pinFile, JSON.parse(await readFile(file, "utf8")));
    for (const { tools } of Object.values(pins.servers)) {
      for (const [name, { hash, definition }] of Object.entries(tools)) {
        if (definition.name !== name || hashOf(definition) !== hash)
          throw new Error(`the hash of "${name}" is another`);
      }
    }
    return pins;
  } catch (cause) {
    throw new UsageError(`"${file}" is no file of pinned tools`, {
      hint: "restore it; or remove it, look at the tools again, and pin them",
      cause,
    });
  }
}

/** SHA-256 of everything a model or a client gets to see of a tool, in canonical JSON. */
function hashOf(tool: Tool): string {
  return `sha256-${createHash("sha256")
    .update(canonical(seenOf(tool)))
    .digest("base64")}`;
}

function seenOf({ name, title, description, inputSchema, outputSchema, annotations }: Tool): object {
  return { name, title, description, inputSchema, outputSchema, annotations };
}

/** The tools of a server as they were pinned. */
export function pinnedTools(pins: Pins, server: string): Tool[] {
  const tools = Object.hasOwn(pins.servers, server) ? pins.servers[server]!.tools : {};
  return Object.values(tools).map(({ definition }) => definition as Tool);
}

export function compare(pins: Pins, server: string, tools: readonly Tool[]): PinnedState {
  const pinned = Object.hasOwn(pins.servers, server) ? pins.servers[server]!.tools : {};
  const stateOf = (tool: Tool): ToolState => {
    if (!Object.hasOwn(pinned, tool.name)) return "new";
    return pinned[tool.name]?.hash === hashOf(tool) ? "pinned" : "changed";
  };
  const names = new Set(tools.map(({ name }) => name));
  return {
    tools: new Map(tools.map((tool) => [tool.name, stateOf(tool)])),
    gone: Object.keys(pinned).filter((name) => !names.has(name)),
  };
}

/** Pins these tools as they are now, in the place of what was pinned of the server. */
export async function writePins(file: string, server: string, tools: readonly Tool[]): Promise<void> {
  const pins = await readPins(file);
  const sorted = tools.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rows = sorted.map((tool) => [tool.name, { hash: hashOf(tool), definition: seenOf(tool) }] as const);
  pins.servers[server] = { tools: v.parse(v.record(v.string(), pinnedTool), Object.fromEntries(rows)) };
  const servers = Object.fromEntries(Object.entries(pins.servers).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  await replaceFile(file, `${JSON.stringify({ version: 1, servers }, undefined, 2)}\n`);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
