import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "#kernel";
import { ConfigError } from "./errors.ts";
import { type ConfigSource, emptySource, SyntaxProblem } from "./source.ts";

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

/** Undefined: the file is fine, but holds no settings. */
type Loader = (file: string, content: string) => Promise<ConfigSource | undefined>;

// Parsers are loaded for the files that are there: every command that reads settings waits for this.
const readJson: Loader = async (file, content) => {
  const inPackage = path.basename(file) === "package.json";
  // Most name no settings, and what else is wrong with one is not ours to say.
  if (inPackage && !content.includes('"caelum"')) return undefined;
  const { sourceOfJson } = await import("./json-source.ts");
  const source = sourceOfJson(content, inPackage ? ["caelum"] : []);
  return source.value === undefined ? undefined : source;
};
const readYaml: Loader = async (_file, content) => (await import("./yaml-source.ts")).sourceOfYaml(content);
/** Of cosmiconfig, only its loaders: its search reads settings of its own from wherever the process was started. */
const readProgram: Loader = async (file, content) => {
  const { defaultLoaders } = await import("cosmiconfig");
  const { problemOfProgram, sourceOfProgram } = await import("./program-source.ts");
  const load = defaultLoaders[path.extname(file) as keyof typeof defaultLoaders];
  try {
    return sourceOfProgram(await load(file, content), file, content);
  } catch (error) {
    throw problemOfProgram(error, file, content) ?? error;
  }
};

const loaders: Readonly<Record<string, Loader>> = {
  "": readYaml,
  ".yaml": readYaml,
  ".yml": readYaml,
  ".json": readJson,
  ...Object.fromEntries(programs.map((extension) => [`.${extension}`, readProgram])),
};

/** Throws what hinders reading; undefined for a file that says nothing. */
async function load(file: string): Promise<ConfigSource | undefined> {
  const content = (await readFile(file, "utf8")).replace(/^\uFEFF/, "");
  const loader = loaders[path.extname(file)];
  if (loader === undefined) throw new Error(`settings cannot be read from "${path.extname(file)}" files`);
  return content.trim() === "" ? undefined : loader(file, content);
}

/** The file given with `--config`. */
export async function loadGivenFile(file: string, shown: Shown): Promise<ConfigFile> {
  const source = await explain(load(file), file, shown);
  return { file, source: source ?? emptySource };
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

/** The first of these files in a folder that says something. */
export async function findIn(
  folder: string,
  places: readonly string[],
  shown: Shown,
): Promise<ConfigFile | undefined> {
  for (const place of places) {
    const file = path.join(folder, place);
    // One look for each place is much less than an error for each.
    if (!existsSync(file)) continue;
    const source = await explain(load(file), file, shown);
    if (source !== undefined) return { file, source };
  }
  return undefined;
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

async function explain<T>(loading: Promise<T>, file: string, shown: Shown): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    const where = shown(file);
    if (error instanceof SyntaxProblem) {
      throw new ConfigError([{ where, position: error.position, message: error.message }], { cause: error });
    }
    const missing = systemCode(error) === "ENOENT" && !existsSync(file);
    const reason = error instanceof Error ? error.message : String(error);
    const message = missing ? "does not exist" : `could not be loaded: ${reason}`;
    throw new ConfigError([{ where, position: undefined, message }], missing ? {} : { cause: error });
  }
}
