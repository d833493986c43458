import { styleText } from "node:util";
import type { Inspected, ServerEntry } from "#mcp-servers";
import { table } from "../tables/table.ts";

export interface ListedServer {
  server: ServerEntry;
  inspected?: Inspected;
  problem?: { code: string; message: string };
}

/** `caelum mcp servers list`. */
export function showServers(file: string, listed: readonly ListedServer[], json: boolean): string {
  if (json) return `${JSON.stringify({ file, servers: listed.map(asJson) }, undefined, 2)}\n`;
  if (listed.length === 0) return `${file} names no server\n`;
  const rows = listed.map(({ server, inspected, problem }) => [
    server.name,
    server.type,
    server.disabled === true ? "disabled" : problem === undefined ? "up" : "failed",
    inspected === undefined ? "–" : String(inspected.description.tools.length),
    problem?.message ?? (inspected === undefined ? "" : pinText(inspected)),
  ]);
  return table(["server", "by", "state", "tools", file], rows);
}

/** `caelum mcp servers inspect`. Text of the server is shown as data: one line each, without control characters. */
export function showInspected(inspected: Inspected, { json, color, verbose }: ShowOptions): string {
  if (json) return `${JSON.stringify(asJson({ server: inspected.server, inspected }), undefined, 2)}\n`;
  const { description, pinned, allowed, server } = inspected;
  const dim = (text: string): string => (color ? styleText("dim", text, { validateStream: false }) : text);
  const lines = [
    `${server.name}: ${clean(description.title)} ${clean(description.version)}, protocol ${clean(description.protocol)}`,
  ];
  if (description.instructions !== undefined && verbose) lines.push(dim(clean(description.instructions)));
  for (const tool of description.tools) {
    const state = pinned.tools.get(tool.name);
    const notes = [
      ...(state === "pinned" ? [] : [state]),
      ...(allowed.has(tool.name) ? [] : ["not allowed"]),
    ];
    lines.push("", `${clean(tool.name)}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`);
    lines.push(dim(`  ${clean(tool.description ?? "")}`));
    if (verbose) lines.push(dim(JSON.stringify(tool.inputSchema, undefined, 2).replaceAll(/^/gm, "  ")));
    else lines.push(dim(`  takes ${inputOf(tool.inputSchema)}`));
  }
  for (const name of pinned.gone) lines.push("", `${clean(name)} (gone since it was pinned)`);
  const others = [
    ...description.resources.map(({ uri }) => `resource ${clean(uri)}`),
    ...description.prompts.map(({ name }) => `prompt ${clean(name)}`),
  ];
  if (others.length > 0) lines.push("", ...others);
  return `${lines.join("\n")}\n`;
}

interface ShowOptions {
  json: boolean;
  color: boolean;
  verbose: boolean;
}

/** `caelum mcp servers call`: texts of the answer as they are, or the answer whole. */
export function showAnswer(answer: unknown, json: boolean): string {
  if (json) return `${JSON.stringify(answer, undefined, 2)}\n`;
  const { content } = answer as {
    content?: { type: string; text?: string; uri?: string; mimeType?: string }[];
  };
  const parts = (content ?? []).map(
    ({ type, text, uri, mimeType }) => text ?? `[${[type, uri, mimeType].filter(Boolean).join(" ")}]`,
  );
  // Control characters of a server would be orders to the terminal.
  return parts.map((part) => `${part.replaceAll(/[^\P{Cc}\n\t]/gu, "\u{FFFD}")}\n`).join("");
}

function pinText({ pinned, description }: Inspected): string {
  const count = (state: string): number => [...pinned.tools.values()].filter((each) => each === state).length;
  if (count("new") === description.tools.length) return "nobody has pinned its tools yet";
  const changes = [
    [count("changed"), "changed"],
    [count("new"), "new"],
    [pinned.gone.length, "gone"],
  ] as const;
  const told = changes.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return told.length === 0 ? "as pinned" : `${told.join(", ")} since its tools were pinned`;
}

function inputOf(schema: unknown): string {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, { type?: unknown }>;
    required?: string[];
  };
  const names = Object.entries(properties).map(([name, { type }]) => {
    const told = typeof type === "string" ? `: ${clean(type)}` : "";
    return `${clean(name)}${required.includes(name) ? "" : "?"}${told}`;
  });
  return names.length === 0 ? "nothing" : names.join(", ");
}

function asJson({ server, inspected, problem }: ListedServer): object {
  const { name, type, disabled = false } = server;
  if (inspected === undefined) return { name, type, disabled, ...(problem === undefined ? {} : { problem }) };
  const { description, pinned, allowed } = inspected;
  const { tools, ...rest } = description;
  return {
    name,
    type,
    disabled,
    ...rest,
    tools: tools.map((tool) => ({
      ...tool,
      state: pinned.tools.get(tool.name),
      allowed: allowed.has(tool.name),
    })),
    gone: pinned.gone,
  };
}

function clean(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
}
