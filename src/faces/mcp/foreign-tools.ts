import * as v from "valibot";
import { callTool, type ExposedTool, type ServerFile, type UseContext } from "#mcp-servers";
import type { Answer, Row } from "./answer.ts";
import { plainLine, plainLines } from "./plain-text.ts";
import type { Tool } from "./tool.ts";

const anything = v.looseObject({});
const longestDescription = 400;
/** A tool that says more at once says it to nobody: the rest is kept behind a link. */
const mostLines = 2000;

export type ForeignContext = Omit<UseContext, "signal">;

/**
 * Tools of other servers, as tools of this one: listed from what was pinned, their server started when one is called, its answer passed on as
 * data. A tool that has changed since it was pinned is refused.
 */
export function foreignTools(
  file: ServerFile,
  tools: readonly ExposedTool[],
  context: ForeignContext,
): Tool[] {
  return tools.map(({ name, server, definition }) => ({
    name,
    description: plainLine(
      `${server.name}: ${definition.description ?? definition.title ?? definition.name}`,
      longestDescription,
    ),
    toolset: "servers",
    capability: "act",
    input: anything,
    inputSchema: definition.inputSchema,
    annotations: { openWorldHint: true },
    async run(input, { signal }): Promise<Answer> {
      const call = { tool: definition.name, input: input as Record<string, unknown> };
      return answerOf(name, await callTool(file, server, call, { ...context, signal }));
    },
  }));
}

const result = v.looseObject({
  content: v.optional(
    v.array(v.looseObject({ type: v.string(), text: v.optional(v.string()), uri: v.optional(v.string()) })),
    [],
  ),
  isError: v.optional(v.boolean(), false),
});

function answerOf(name: string, given: unknown): Answer {
  const { content, isError } = v.parse(result, given);
  const lines = content.flatMap(({ type, text, uri }) =>
    text === undefined ? [plainLine(`[${type}${uri === undefined ? "" : ` ${uri}`}]`)] : plainLines(text),
  );
  const rows = lines.slice(0, mostLines).map((line): Row => ({ line, item: line }));
  return {
    summary: `${name} ${isError ? "failed" : "answered"} in ${lines.length} lines`,
    facts: { lines: lines.length },
    rows,
    total: rows.length,
    ...(isError ? { isError } : {}),
  };
}
