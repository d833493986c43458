import { homedir } from "node:os";
import path from "node:path";
import { configFolder } from "#kernel";
import { checkFile, checkValue, shownValue, type Layer, type Said } from "./check-file.ts";
import { ConfigError, type ConfigProblem } from "./errors.ts";
import { findIn, findProjectFile, loadGivenFile, userPlaces, type ConfigFile } from "./find-files.ts";
import { type ConfigPart, partNames, type PartName } from "./parts.ts";
import { allSettings, type Settings } from "./settings.ts";

/** Where a value comes from. */
export type Origin =
  | { readonly type: "default" }
  | { readonly type: "environment"; readonly variable: string }
  | {
      readonly type: "file";
      /** `given` is the file of `--config`. */
      readonly scope: "given" | "project" | "user";
      /** Absolute. */
      readonly file: string;
      readonly line?: number;
      readonly column?: number;
    };

export interface Resolved {
  /** `analyze.workers`. */
  readonly name: string;
  /** Undefined: nobody set it and it has no default. */
  readonly value: unknown;
  readonly origin: Origin;
}

export interface Config {
  readonly values: Settings;
  /** Every setting, in documented order; then the parts that are there, as they were written. */
  readonly resolved: readonly Resolved[];
  /** What other slices understand; the strongest file that says it counts, as a whole. */
  readonly parts: Readonly<Partial<Record<PartName, ConfigPart>>>;
  /** The files that were read, strongest first; absolute. */
  readonly files: readonly string[];
}

export interface ConfigRequest {
  /** Absolute; the search for project files starts here. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** `--config FILE`; relative to `cwd`. Takes the place of project and user files. */
  readonly file?: string | undefined;
}

interface Reader {
  get(name: string): Said | undefined;
  origin(name: string): Origin;
}

/**
 * All settings: environment over project file over user file over default; command-line flags are applied by the
 * commands. Values are replaced as a whole, lists are not merged.
 * @throws ConfigError that names every problem of every place at once
 */
export async function loadConfig(request: ConfigRequest): Promise<Config> {
  const problems: ConfigProblem[] = [];
  const files = await findFiles(request);
  const readers = [
    readEnvironment(request, problems),
    ...files.map(([scope, file]) => readFile(scope, file, shownFrom(request.cwd)(file.file), problems)),
  ];
  if (problems.length > 0) throw new ConfigError(problems);

  const resolved = allSettings().map(({ section, name, setting }): Resolved => {
    const full = `${section}.${name}`;
    for (const reader of readers) {
      const said = reader.get(full);
      if (said !== undefined) return { name: full, value: said.value, origin: reader.origin(full) };
    }
    const { fallback } = setting;
    const value: unknown = typeof fallback === "function" ? fallback(request.env) : fallback;
    return { name: full, value, origin: { type: "default" } };
  });
  const parts = partsOf(files);
  return {
    values: nest(resolved),
    resolved: [...resolved, ...parts.map(({ name, value, origin }) => ({ name, value, origin }))],
    parts: Object.fromEntries(parts.map((part) => [part.name, part])),
    files: files.map(([, { file }]) => file),
  };
}

function partsOf(files: readonly Scoped[]): (ConfigPart & { origin: Origin })[] {
  return partNames.flatMap((name) => {
    for (const [scope, { file, source }] of files) {
      const value = valueOf(source.value, name);
      if (value === undefined || value === null) continue;
      const origin: Origin = { type: "file", scope, file, ...source.locate([name], "key") };
      return [{ name, file, value, origin, locate: (path, part) => source.locate([name, ...path], part) }];
    }
    return [];
  });
}

function valueOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

type Scoped = readonly ["given" | "project" | "user", ConfigFile];

async function findFiles({ cwd, env, file }: ConfigRequest): Promise<Scoped[]> {
  const shown = shownFrom(cwd);
  if (file !== undefined) return [["given", await loadGivenFile(path.resolve(cwd, file), shown)]];
  const home = env["HOME"] || homedir();
  const project = await findProjectFile(cwd, home, shown);
  const user = await findIn(configFolder(env), userPlaces, shown);
  const found: Scoped[] = [];
  if (project !== undefined) found.push(["project", project]);
  if (user !== undefined) found.push(["user", user]);
  return found;
}

function readFile(scope: Scoped[0], file: ConfigFile, where: string, problems: ConfigProblem[]): Reader {
  const layer: Layer = checkFile(file, where, problems);
  return {
    get: (name) => layer.get(name),
    origin: (name) => ({ type: "file", scope, file: file.file, ...layer.get(name)?.position }),
  };
}

function readEnvironment({ cwd, env }: ConfigRequest, problems: ConfigProblem[]): Reader {
  const layer: Layer = new Map();
  const variables = new Map<string, string>();
  for (const { section, name, setting } of allSettings()) {
    const variable = setting.env?.name;
    const text = variable === undefined ? undefined : env[variable];
    // An empty variable counts as unset, as it does for git and XDG.
    if (setting.env === undefined || variable === undefined || text === undefined || text === "") continue;
    const { value, issues } = checkValue(setting, setting.env.read(text));
    for (const { phrase } of issues) {
      problems.push({
        where: variable,
        position: undefined,
        message: `must be ${phrase}, got ${shownValue(text)}`,
      });
    }
    layer.set(`${section}.${name}`, {
      value: setting.isPath ? path.resolve(cwd, String(value)) : value,
      position: undefined,
    });
    variables.set(`${section}.${name}`, variable);
  }
  return {
    get: (name) => layer.get(name),
    origin: (name) => ({ type: "environment", variable: variables.get(name) ?? name }),
  };
}

function nest(resolved: readonly Resolved[]): Settings {
  const values: Record<string, Record<string, unknown>> = {};
  for (const { name, value } of resolved) {
    const [section = "", key = ""] = name.split(".");
    (values[section] ??= {})[key] = value;
  }
  // Each value has passed the schema of its setting, or is that setting's own default.
  return values as unknown as Settings;
}

/** Files below `cwd` by their relative path, others in full. */
export function shownFrom(cwd: string): (file: string) => string {
  return (file) => {
    const relative = path.relative(cwd, file);
    return relative.startsWith("..") || path.isAbsolute(relative) ? file : relative;
  };
}
