import type { Tool as ListedTool } from "@modelcontextprotocol/server";
import { toJsonSchema } from "@valibot/to-json-schema";
import { UsageError } from "#kernel";
import type { Tool, Toolset } from "./tool.ts";

export interface ToolChoice {
  toolsets?: readonly string[];
  /** Names; they add to the toolsets, and alone they are all there is. */
  tools?: readonly string[];
  readOnly?: boolean;
}

const toolsets = ["code", "fleet", "jobs", "admin", "servers"] as const satisfies readonly Toolset[];
const usualToolsets: readonly string[] = ["code", "fleet", "jobs", "servers"];

/** The tools that were asked for, in the order of all. @throws UsageError for a name that nobody has */
export function chooseTools(all: readonly Tool[], choice: ToolChoice): Tool[] {
  const { tools = [], readOnly = false } = choice;
  const sets = choice.toolsets ?? (tools.length > 0 ? [] : usualToolsets);
  const known: readonly string[] = toolsets;
  const wrongSet = sets.find((name) => name !== "all" && !known.includes(name));
  if (wrongSet !== undefined)
    throw new UsageError(`there is no toolset "${wrongSet}"`, { hint: `one of ${toolsets.join(", ")}, all` });
  const wrongTool = tools.find((name) => !all.some((tool) => tool.name === name));
  if (wrongTool !== undefined)
    throw new UsageError(`there is no tool "${wrongTool}"`, {
      hint: `one of ${all.map(({ name }) => name).join(", ")}`,
    });
  return all.filter(
    ({ name, toolset, capability }) =>
      (tools.includes(name) || sets.includes("all") || sets.includes(toolset)) &&
      !(readOnly && capability === "act"),
  );
}

/** What clients are told of the tools. */
export function listTools(tools: readonly Tool[]): ListedTool[] {
  return tools.map(({ name, description, input, inputSchema: told, capability, annotations }) => {
    const { $schema: _, ...inputSchema } = told ?? toJsonSchema(input, { errorMode: "ignore" });
    return {
      name,
      description,
      inputSchema: inputSchema as ListedTool["inputSchema"],
      annotations:
        capability === "act"
          ? { readOnlyHint: false, destructiveHint: false, ...annotations }
          : { readOnlyHint: true, ...annotations },
    };
  });
}
