import { statSync } from "node:fs";
import path from "node:path";
import type { Config } from "#config";
import { type Clock, EventStream, runId, systemClock, UsageError } from "#kernel";

/** The options that every command understands. */
export interface GlobalOptions {
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  /** False after `--no-color`. */
  readonly color: boolean;
  readonly cwd?: string;
  readonly config?: string;
}

/** One of the two streams, and what may be written to it. */
export interface Output {
  readonly stream: NodeJS.WriteStream;
  readonly isTerminal: boolean;
  /** Columns; 80 where there is no terminal. */
  readonly width: number;
  readonly color: boolean;
}

/** What a command gets to work with. What costs something is made on demand. */
export interface Context {
  readonly options: GlobalOptions;
  /** Absolute. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** Aborted by ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly stdout: Output;
  readonly stderr: Output;
  config(): Promise<Config>;
  /** The same, read again: for what may change while a command runs. */
  freshConfig(): Promise<Config>;
  /** The events of this run; one stream per process. */
  events(): EventStream;
}

/** @throws UsageError when `--cwd` is not a folder */
export function createContext(options: GlobalOptions, signal: AbortSignal): Context {
  const cwd = workingFolder(options.cwd);
  const { env } = process;
  const readConfig = async (): Promise<Config> => {
    const { loadConfig } = await import("#config");
    return loadConfig({ cwd, env, file: options.config ?? (env["CAELUM_CONFIG"] || undefined) });
  };
  let config: Promise<Config> | undefined;
  let events: EventStream | undefined;
  return {
    options,
    cwd,
    env,
    clock: systemClock,
    signal,
    stdout: outputOf(process.stdout, options, env),
    stderr: outputOf(process.stderr, options, env),
    config: () => (config ??= readConfig()),
    freshConfig: readConfig,
    events: () => (events ??= new EventStream(runId(systemClock.now()), systemClock)),
  };
}

export function outputOf(
  stream: NodeJS.WriteStream,
  options: { color: boolean },
  env: NodeJS.ProcessEnv,
): Output {
  // A stream that is no terminal has no hasColors(); FORCE_COLOR is how CI services ask for colour there.
  const wanted = stream.isTTY ? stream.hasColors(env) : !["", "0", undefined].includes(env["FORCE_COLOR"]);
  return {
    stream,
    isTerminal: stream.isTTY ?? false,
    width: stream.columns || 80,
    color: options.color && wanted,
  };
}

function workingFolder(given: string | undefined): string {
  if (given === undefined) return process.cwd();
  const folder = path.resolve(given);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--cwd "${given}" is not a folder`);
  return folder;
}
