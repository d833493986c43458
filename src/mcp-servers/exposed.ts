import type { Tool } from "@modelcontextprotocol/client";
import { pinnedTools, pinsBeside, readPins } from "./pins.ts";
import type { ServerEntry, ServerFile } from "./server-file.ts";
import { allowedOf } from "./use.ts";

/** A tool of another server, under a name that no other tool has. */
export interface ExposedTool {
  /** `<prefix>_<tool>`, lower case, at most 64 characters. */
  name: string;
  server: ServerEntry;
  definition: Tool;
}

/**
 * The pinned and allowed tools of these servers. No server is started for it: what is listed is what was trusted. Servers
 * whose tools nobody has pinned yet are named in `unpinned`.
 */
export async function exposedTools(
  file: ServerFile,
  wanted: readonly ServerEntry[],
): Promise<{ tools: ExposedTool[]; unpinned: string[] }> {
  const pins = await readPins(pinsBeside(file.file));
  const enabled = wanted.filter(({ disabled }) => disabled !== true);
  const tools = new Map<string, ExposedTool>();
  for (const server of enabled) {
    const definitions = pinnedTools(pins, server.name);
    const allowed = allowedOf(server, definitions);
    for (const definition of definitions.filter(({ name }) => allowed.has(name))) {
      const name = nameOf(server, definition.name);
      if (!tools.has(name)) tools.set(name, { name, server, definition });
    }
  }
  return {
    tools: [...tools.values()],
    unpinned: enabled.filter(({ name }) => !Object.hasOwn(pins.servers, name)).map(({ name }) => name),
  };
}

function nameOf({ prefix, name }: ServerEntry, tool: string): string {
  return `${prefix ?? name}_${tool}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9_]+/g, "_")
    .slice(0, 64);
}
