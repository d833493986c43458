import path from "node:path";
import type { OptionValues } from "commander";
import { logTo, type McpOptions, type McpSettings, serveStdio, type Tool } from "#faces/mcp";
import { telemetryOf } from "#faces/telemetry";
import type { Fleet } from "#fleet";
import { configFolder, type ExitName, stateFolder, UsageError } from "#kernel";
import { auditFolders } from "#security";
import { cachePlace } from "../cache/place.ts";
import type { Context } from "../context.ts";
import { durationMs } from "../fleet/duration.ts";
import { version } from "../version.ts";

const usualPort = 8091;

export interface McpFlags extends OptionValues {
  readonly root?: readonly string[];
  readonly toolsets?: readonly string[];
  readonly tools?: readonly string[];
  readonly fleet?: string;
  readonly policy?: string;
  readonly http?: true | string;
  readonly host: string;
  readonly tokens?: string;
  readonly jobAfter?: string;
  readonly readOnly?: true;
  /** True: those of the user's own mcp.json. */
  readonly servers?: true | string;
}

/**
 * Serves until the client goes. An assistant starts this in any folder that somebody opened, so nothing of that folder
 * is believed: not its configuration, which may be a program, nor its fleet file, which may name one.
 * @throws UsageError
 */
export async function runMcp(context: Context, flags: McpFlags): Promise<ExitName> {
  const { cwd, env, signal } = context;
  const own = configFolder(env);
  const state = stateFolder(env);
  const log = logTo(path.join(state, "mcp.log"), (line) => {
    if (context.options.verbose === true) context.stderr.stream.write(line);
  });
  const foreign = flags.servers === undefined ? undefined : await foreignOf(flags.servers, context, log);
  const telemetry = telemetryOf({ env, version, onProblem: log });
  const options: McpOptions = {
    version,
    telemetry,
    ...(foreign === undefined ? {} : { foreign }),
    cwd,
    settings: () => settingsOf(context, own),
    log,
    fleet: () => fleetOf(flags.fleet === undefined ? undefined : path.resolve(cwd, flags.fleet), own),
    policyFile:
      flags.policy === undefined ? path.join(own, "mcp-policy.yaml") : path.resolve(cwd, flags.policy),
    audit: auditFolders(state, own),
    ...(flags.root === undefined ? {} : { roots: flags.root.map((folder) => path.resolve(cwd, folder)) }),
    ...(flags.toolsets === undefined ? {} : { toolsets: flags.toolsets }),
    ...(flags.tools === undefined ? {} : { tools: flags.tools }),
    ...(flags.jobAfter === undefined ? {} : { handOverMs: durationMs("--job-after", flags.jobAfter) }),
    ...(flags.readOnly === undefined ? {} : { readOnly: flags.readOnly }),
  };
  if (flags.http === undefined) {
    await serveStdio(options, signal);
    return "ok";
  }
  const { serveHttp } = await import("#faces/mcp-http");
  const tokensFile =
    flags.tokens === undefined ? path.join(own, "mcp-tokens") : path.resolve(cwd, flags.tokens);
  const { stream } = context.stderr;
  await serveHttp(
    {
      ...options,
      port: portOf(flags.http),
      host: flags.host,
      tokensFile,
      onListening: (url) => stream.write(`listening on ${url}; tokens are in ${tokensFile}\n`),
    },
    signal,
  );
  return "ok";
}

/** Only a file that was named, or the user's own: one in a folder may name programs. @throws UsageError, ConfigError */
async function foreignOf(
  given: true | string,
  { cwd, env }: Context,
  log: (text: string) => void,
): Promise<readonly Tool[]> {
  const [{ exposedTools, loadServerFile }, { foreignTools }] = await Promise.all([
    import("#mcp-servers"),
    import("#faces/mcp-foreign"),
  ]);
  const servers = await loadServerFile(
    given === true ? path.join(configFolder(env), "mcp.json") : path.resolve(cwd, given),
  );
  const { tools, unpinned } = await exposedTools(servers, servers.servers);
  for (const name of unpinned) log(`server ${name} is left out: caelum mcp servers inspect ${name} --pin`);
  return foreignTools(servers, tools, { env, version });
}

/** @throws UsageError */
function portOf(given: true | string): number {
  const port = given === true ? usualPort : Number(given);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new UsageError(`--http must be a port, got "${given}"`);
}

async function settingsOf({ options, env }: Context, folder: string): Promise<McpSettings> {
  const { loadConfig } = await import("#config");
  const file = options.config ?? (env["CAELUM_CONFIG"] || undefined);
  const { analyze, cache, test } = (await loadConfig({ cwd: folder, env, file })).values;
  return {
    cache: analyze.cache ? cachePlace(cache) : false,
    maxFileSize: analyze.maxFileSize,
    tests: { include: test.sync.include, cacheFolder: cache.folder, workspaceBytes: test.sync.maxSize },
  };
}

async function fleetOf(given: string | undefined, folder: string): Promise<Fleet | undefined> {
  const { fleetFile, findFleet } = await import("#fleet");
  const source =
    given === undefined ? await findFleet(folder, () => Promise.resolve(undefined)) : fleetFile(given);
  return source?.load();
}
