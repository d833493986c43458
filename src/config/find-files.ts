import { stat } from "node:fs/promises";
import path from "node:path";
import { cosmiconfig, defaultLoaders, type Loader } from "cosmiconfig";
import { systemCode } from "#kernel";
import { ConfigError } from "./errors.ts";
import { type ConfigSource, sourceOfProgram, SyntaxProblem } from "./source.ts";

const programs = ["js", "ts", "mjs", "cjs"] as const;
const documents = ["json", "yaml", "yml"] as const;
const extensions = [...documents, ...programs];

/** In the order in which they are tried in each folder; the first one that says something wins. */
export const projectPlaces: readonly string[] = [
  ...extensions.map((extension) => `caelum.config.${extension}`),
  ".caelumrc",
  ...extensions.map((extension) => `.caelumrc.${extension}`),
  "package.json",
];
export const userPlaces: readonly string[] = extensions.map((extension) => `config.${extension}`);

export interface ConfigFile {
  /** Absolute. */
  readonly file: string;
  readonly source: ConfigSource;
}

/** How a file is called in messages. */
export type Shown = (file: string) => string;

// Parsers are loaded for the files that are there: every command that reads settings waits for this.
const readJson: Loader = async (file, content) => {
  const { sourceOfJson } = await import("./json-source.ts");
  if (path.basename(file) !== "package.json") return sourceOfJson(content);
  const source = sourceOfJson(content, ["caelum"]);
  return source.value === undefined ? {} : { caelum: source };
};
const readYaml: Loader = async (_file, content) => (await import("./yaml-source.ts")).sourceOfYaml(content);
const readProgram =
  (extension: keyof typeof defaultLoaders): Loader =>
  async (file, content) =>
    sourceOfProgram(await defaultLoaders[extension](file, content));

const loaders: Record<string, Loader> = {
  noExt: readYaml,
  ".yaml": readYaml,
  ".yml": readYaml,
  ".json": readJson,
  ...Object.fromEntries(programs.map((extension) => [`.${extension}`, readProgram(`.${extension}`)])),
};

function explorer(searchPlaces: readonly string[]) {
  return cosmiconfig("caelum", {
    searchPlaces: [...searchPlaces],
    searchStrategy: "none",
    loaders,
    cache: false,
  });
}

/** The file given with `--config`. */
export async function loadGivenFile(file: string, shown: Shown): Promise<ConfigFile> {
  const found = await explain(explorer(projectPlaces).load(file), file, shown);
  return { file, source: (found?.config as ConfigSource | undefined) ?? sourceOfProgram({}) };
}

/** The nearest file of the project, from `cwd` upwards. */
export async function findProjectFile(
  cwd: string,
  home: string,
  shown: Shown,
): Promise<ConfigFile | undefined> {
  for (const folder of await foldersOfProject(cwd, home)) {
    const found = await findIn(folder, projectPlaces, shown);
    if (found !== undefined) return found;
  }
  return undefined;
}

export async function findIn(
  folder: string,
  places: readonly string[],
  shown: Shown,
): Promise<ConfigFile | undefined> {
  const found = await explain(explorer(places).search(folder), folder, shown);
  return found === null ? undefined : { file: found.filepath, source: found.config as ConfigSource };
}

/**
 * From `cwd` up to the git root; without one up to the home folder; outside of both `cwd` alone. Never further:
 * a configuration may be a program, and folders above can belong to somebody else (`/tmp`).
 */
async function foldersOfProject(cwd: string, home: string): Promise<string[]> {
  const upwards = ancestors(cwd);
  for (const [index, folder] of upwards.entries()) {
    if (folder === home || (await isOwnRepository(folder))) return upwards.slice(0, index + 1);
  }
  return [cwd];
}

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

/** Like git's `safe.directory`: a repository that another user put above us is not our project. */
async function isOwnRepository(folder: string): Promise<boolean> {
  try {
    const { uid } = await stat(path.join(folder, ".git"));
    const self = process.getuid?.();
    return self === undefined || self === 0 || uid === self || uid === 0;
  } catch {
    return false;
  }
}

async function explain<T>(loading: Promise<T>, fallbackFile: string, shown: Shown): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    const file = (error as { filepath?: string } | undefined)?.filepath ?? fallbackFile;
    const where = shown(file);
    if (error instanceof SyntaxProblem) {
      throw new ConfigError([{ where, position: error.position, message: error.message }], { cause: error });
    }
    const missing = systemCode(error) === "ENOENT" && file === fallbackFile;
    const reason = error instanceof Error ? error.message : String(error);
    const message = missing ? "does not exist" : `could not be loaded: ${reason}`;
    throw new ConfigError([{ where, position: undefined, message }], missing ? {} : { cause: error });
  }
}
