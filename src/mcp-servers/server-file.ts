import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseEnv } from "node:util";
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import * as v from "valibot";
import { ConfigError, type ConfigProblem } from "#config";
import { configFolder, systemCode, UsageError } from "#kernel";

const text = v.pipe(v.string("a text"), v.nonEmpty("a text"));
const texts = v.array(v.string("a text"), "a list of texts");
const shared = {
  /** Names or patterns of the tools that may be used; none: all. */
  tools: v.optional(texts),
  /** Exposed by `caelum mcp --servers` as `<prefix>_<tool>`; default: the server's name. */
  prefix: v.optional(v.pipe(text, v.regex(/^[a-z][a-z0-9_]*$/, "lower-case letters, digits and _"))),
  disabled: v.optional(v.boolean("true or false")),
  timeoutMs: v.optional(
    v.pipe(v.number("a number of milliseconds"), v.minValue(100, "at least 100 milliseconds")),
  ),
};
const stdioServer = v.looseObject({
  command: text,
  args: v.optional(texts, []),
  env: v.optional(v.record(v.string(), v.string("a text"), "names with texts"), {}),
  cwd: v.optional(text),
  ...shared,
});
const httpServer = v.looseObject({
  url: v.pipe(
    text,
    v.url("an address, http:// or https://"),
    v.startsWith("http", "an address, http:// or https://"),
  ),
  headers: v.optional(v.record(v.string(), v.string("a text"), "names with texts"), {}),
  ...shared,
});

/** How a server is reached, with `${NAME}` still in its texts: what they stand for is put in when it is started. */
export type ServerEntry = { name: string } & (
  | ({ type: "stdio" } & v.InferOutput<typeof stdioServer>)
  | ({ type: "http" } & v.InferOutput<typeof httpServer>)
);

export interface ServerFile {
  /** Absolute. */
  file: string;
  servers: readonly ServerEntry[];
  /** What stands in `.env` beside it. */
  variables: Readonly<Record<string, string | undefined>>;
}

const fileName = "mcp.json";

/** The nearest mcp.json from `cwd` up to the root of its repository, else the user's own. Undefined: none. */
export function findServerFile(cwd: string, env: NodeJS.ProcessEnv): string | undefined {
  for (let folder = path.resolve(cwd); ; folder = path.dirname(folder)) {
    const file = path.join(folder, fileName);
    if (existsSync(file)) return file;
    if (existsSync(path.join(folder, ".git")) || folder === path.dirname(folder)) break;
  }
  const own = path.join(configFolder(env), fileName);
  return existsSync(own) ? own : undefined;
}

/** @throws ConfigError with all that is wrong, UsageError when it cannot be read */
export async function loadServerFile(file: string): Promise<ServerFile> {
  const content = await readText(file);
  const dotEnv = path.join(path.dirname(file), ".env");
  const variables = existsSync(dotEnv) ? parseEnv(await readText(dotEnv)) : {};
  return { file, servers: parseServers(content, file), variables };
}

/** The form that assistants use: `mcpServers`, or `servers` as VS Code has it. @throws ConfigError */
export function parseServers(content: string, file: string): ServerEntry[] {
  const tree = parseJson(content, file);
  const key = ["mcpServers", "servers"].find((name) => findNodeAtLocation(tree, [name]) !== undefined);
  const listed: unknown = key === undefined ? {} : getNodeValue(findNodeAtLocation(tree, [key])!);
  const problems: ConfigProblem[] = [];
  const report = (where: (string | number)[], message: string): void => {
    const node = nearest(tree, where);
    problems.push({
      where: file,
      position: positionAt(content, node.offset),
      message: `${where.join(".")} ${message}`,
    });
  };
  if (typeof listed !== "object" || listed === null || Array.isArray(listed)) {
    report([key ?? ""], "must be an object of servers by name");
    throw new ConfigError(problems);
  }
  const servers = Object.entries(listed as Record<string, unknown>).flatMap(([name, entry]) => {
    const where = [key!, name];
    if (!/^[\w.@/-]{1,64}$/.test(name)) report(where, "must have a name of letters, digits, _ . @ / -");
    const isHttp = typeof entry === "object" && entry !== null && "url" in entry;
    const checked = v.safeParse(isHttp ? httpServer : stdioServer, entry);
    if (checked.success) return { name, type: isHttp ? "http" : "stdio", ...checked.output } as ServerEntry;
    for (const issue of checked.issues) {
      const inside = (issue.path ?? []).map((item) => item.key as string | number);
      const wanted = issue.message.startsWith("Invalid key")
        ? "must be there: a command, or a url"
        : `must be ${issue.message}`;
      report([...where, ...inside], wanted);
    }
    return [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return servers.map((server) => ({ ...server, type: "url" in server ? "http" : "stdio" }) as ServerEntry);
}

/** The server of that name. @throws UsageError */
export function serverNamed({ file, servers }: ServerFile, name: string): ServerEntry {
  const found = servers.find((server) => server.name === name);
  if (found !== undefined) return found;
  const names = servers.map((server) => server.name).join(", ");
  throw new UsageError(`${file} names no server "${name}"`, {
    hint: names === "" ? "caelum mcp servers add NAME -- COMMAND" : `one of ${names}`,
  });
}

function parseJson(content: string, file: string): Node {
  const errors: ParseError[] = [];
  const tree = parseTree(content, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined || tree?.type !== "object") {
    const message =
      error === undefined ? "must be an object" : `is not JSON: ${printParseErrorCode(error.error)}`;
    throw new ConfigError([{ where: file, position: positionAt(content, error?.offset ?? 0), message }]);
  }
  return tree;
}

/** What stands there, or the place where it should stand. */
function nearest(tree: Node, where: readonly (string | number)[]): Node {
  for (let depth = where.length; depth > 0; depth--) {
    const found = findNodeAtLocation(tree, where.slice(0, depth));
    if (found !== undefined) return found;
  }
  return tree;
}

function positionAt(content: string, offset: number): { line: number; column: number } {
  const before = content.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}

async function readText(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new UsageError(`"${file}" cannot be read (${systemCode(cause) ?? "unknown"})`, { cause });
  }
}
