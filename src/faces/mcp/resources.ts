import {
  ProtocolError,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from "@modelcontextprotocol/server";
import { type Answer, dataMark, detailedBytes } from "./answer.ts";
import { answerTo } from "./call-tool.ts";
import type { McpState } from "./state.ts";
import type { Caller } from "./tool-context.ts";

const INVALID_PARAMS = -32_602;

/** A resource is what a tool says when it is asked for everything. */
interface Source {
  uri: string;
  name: string;
  description: string;
  /** Not there without this tool. */
  tool: string;
  input: (variable: string) => unknown;
}

const sources: readonly Source[] = [
  {
    uri: "caelum://fleet",
    name: "fleet",
    description: "The machines of the fleet and how it stands with them",
    tool: "fleet_status",
    input: () => ({}),
  },
  {
    uri: "caelum://metrics",
    name: "metrics",
    description: "Calls, latency, workers and caches of this server",
    tool: "admin_get_metrics",
    input: () => ({}),
  },
];

const templates: readonly Source[] = [
  {
    uri: "caelum://host/{name}",
    name: "host",
    description: "What a machine of the fleet is, and its load",
    tool: "fleet_status",
    input: (name) => ({ hosts: [name], facts: true }),
  },
  {
    uri: "caelum://analysis/{+path}",
    name: "analysis",
    description: "Size and worst functions of a folder or file",
    tool: "code_analyze",
    input: (path) => ({ path, detail: true }),
  },
];

const resultTemplate: ResourceTemplateType = {
  uriTemplate: "caelum://result/{id}",
  name: "result",
  description: "All rows of an answer that was too long",
  mimeType: "text/plain",
};

export function listResources({ tools }: McpState): Resource[] {
  return sources
    .filter((source) => tools.some(({ name }) => name === source.tool))
    .map(({ uri, name, description }) => ({ uri, name, description, mimeType: "text/plain" }));
}

export function listTemplates({ tools }: McpState): ResourceTemplateType[] {
  const offered = templates.filter((source) => tools.some(({ name }) => name === source.tool));
  return [
    ...offered.map(({ uri, name, description }) => ({
      uriTemplate: uri,
      name,
      description,
      mimeType: "text/plain",
    })),
    resultTemplate,
  ];
}

/** @throws ResourceNotFoundError */
export async function readResource(
  state: McpState,
  uri: string,
  caller: Caller,
): Promise<ReadResourceResult> {
  const text = await textOf(state, uri, caller);
  if (text === undefined) throw new ResourceNotFoundError(uri);
  return { contents: [{ uri, mimeType: "text/plain", text }] };
}

async function textOf(state: McpState, uri: string, caller: Caller): Promise<string | undefined> {
  const [, kind = "", rest] = /^caelum:\/\/([a-z]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  const variable = decoded(rest);
  if (kind === "result")
    return variable === undefined ? undefined : state.results.read(variable, caller.owner);
  const source =
    rest === undefined ? sources.find((one) => one.uri === uri) : templates.find((one) => one.name === kind);
  const tool = state.tools.find(({ name }) => name === source?.tool);
  if (source === undefined || tool === undefined || (rest !== undefined && variable === undefined))
    return undefined;
  const answer = await answerTo(state, { ...caller, tool, input: source.input(variable ?? "") });
  // What is listed can be read: that there is no fleet is a state of it.
  const isListed = variable === undefined;
  if (!isListed && answer.facts?.["error"] !== undefined) throw refused(uri, answer);
  return asText(answer);
}

/** What a tool says of an error; text that may quote files and hosts stays data. */
function refused(uri: string, { summary, rows = [] }: Answer): ProtocolError {
  return new ProtocolError(INVALID_PARAMS, summary, { uri, data: rows.map(({ item }) => item) });
}

function asText({ summary, rows = [] }: Answer): string {
  const lines = rows.length === 0 ? [summary] : [summary, dataMark];
  let bytes = summary.length;
  for (const { line } of rows) {
    if ((bytes += line.length + 1) > detailedBytes) break;
    lines.push(line);
  }
  return lines.join("\n");
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
