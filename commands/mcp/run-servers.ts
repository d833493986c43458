import path from "node:path";
import { text as readAll } from "node:stream/consumers";
import type { OptionValues } from "commander";
import { type ListedServer, showAnswer, showInspected, showServers } from "#faces/mcp-servers";
import { CaelumError, type ExitName, UsageError } from "#kernel";
import {
  addServer,
  callTool,
  findServerFile,
  inspectServer,
  loadServerFile,
  type NewServer,
  type ServerEntry,
  type ServerFile,
  serverNamed,
  type UseContext,
} from "#mcp-servers";
import type { Context } from "../context.ts";
import { version } from "../version.ts";

export interface ServerFlags extends OptionValues {
  readonly file?: string;
}
export interface AddServerFlags extends ServerFlags {
  readonly url?: string;
  readonly env?: readonly string[];
}
export interface InspectFlags extends ServerFlags {
  readonly pin?: true;
}
export interface CallFlags extends ServerFlags {
  readonly input: string;
}

/** Incomplete when a server could not be looked at. @throws UsageError, ConfigError */
export async function runList(context: Context, flags: ServerFlags): Promise<ExitName> {
  const servers = await load(context, flags);
  const listed = await Promise.all(servers.servers.map((server) => look(servers, server, context)));
  context.stdout.stream.write(showServers(servers.file, listed, context.options.json === true));
  return listed.some(({ problem }) => problem !== undefined) ? "incomplete" : "ok";
}

/** @throws UsageError, ConfigError */
export async function runAdd(
  context: Context,
  name: string,
  command: readonly string[],
  flags: AddServerFlags,
): Promise<ExitName> {
  const { cwd, env, options, stdout } = context;
  const file = path.resolve(cwd, flags.file ?? findServerFile(cwd, env) ?? "mcp.json");
  const { created } = await addServer(file, name, newServer(command, flags));
  if (options.json) stdout.stream.write(`${JSON.stringify({ file, created, name })}\n`);
  else if (options.quiet !== true) {
    stdout.stream.write(
      `${created ? "made" : "changed"} ${file}\nnext: caelum mcp servers inspect ${name}\n`,
    );
  }
  return "ok";
}

/** @throws ServerUnreachableError, UsageError, ConfigError */
export async function runInspect(context: Context, name: string, flags: InspectFlags): Promise<ExitName> {
  const servers = await load(context, flags);
  const server = serverNamed(servers, name);
  const inspected = await inspectServer(servers, server, useContext(context), flags.pin === true);
  const { options, stdout } = context;
  const shown = { json: options.json === true, color: stdout.color, verbose: options.verbose === true };
  stdout.stream.write(showInspected(inspected, shown));
  return "ok";
}

/** A tool that says it failed is a finding. @throws ToolRefusedError, ServerUnreachableError, UsageError, ConfigError */
export async function runCall(
  context: Context,
  name: string,
  tool: string,
  flags: CallFlags,
): Promise<ExitName> {
  const servers = await load(context, flags);
  const input = parseInput(flags.input === "-" ? await readAll(process.stdin) : flags.input);
  const answer = await callTool(servers, serverNamed(servers, name), { tool, input }, useContext(context));
  context.stdout.stream.write(showAnswer(answer, context.options.json === true));
  return (answer as { isError?: boolean }).isError === true ? "findings" : "ok";
}

async function look(servers: ServerFile, server: ServerEntry, context: Context): Promise<ListedServer> {
  if (server.disabled === true) return { server };
  try {
    return { server, inspected: await inspectServer(servers, server, useContext(context)) };
  } catch (error) {
    if (!(error instanceof CaelumError) || context.signal.aborted) throw error;
    return { server, problem: { code: error.code, message: error.message } };
  }
}

async function load({ cwd, env }: Context, { file }: ServerFlags): Promise<ServerFile> {
  const found = file === undefined ? findServerFile(cwd, env) : path.resolve(cwd, file);
  if (found !== undefined) return loadServerFile(found);
  throw new UsageError(`there is no mcp.json in "${cwd}" or above it`, {
    hint: "caelum mcp servers add NAME -- COMMAND, or --file FILE",
  });
}

function useContext({ env, signal }: Context): UseContext {
  return { env, signal, version };
}

function newServer(command: readonly string[], { url, env = [] }: AddServerFlags): NewServer {
  const [program, ...args] = command;
  if ((url === undefined) === (program === undefined)) {
    throw new UsageError("a server has either --url or a command behind --");
  }
  if (url !== undefined) return { url };
  const pairs = env.map((assignment) => {
    const at = assignment.indexOf("=");
    if (at < 1) throw new UsageError(`--env "${assignment}" is not NAME=value`);
    return [assignment.slice(0, at), assignment.slice(at + 1)] as const;
  });
  return { command: program!, args, ...(pairs.length === 0 ? {} : { env: Object.fromEntries(pairs) }) };
}

function parseInput(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError("--input is not JSON", { cause });
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new UsageError('--input must be an object, as in --input \'{"path":"."}\'');
}
