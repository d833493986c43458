import type { ProjectIndex } from "../../project.ts";
import { asArray, asTable, asTexts, readTable, type Table } from "../manifest.ts";
import { folderOf, foldersUp, inside, joinPath } from "../paths.ts";

/** What a `tsconfig.json` or `jsconfig.json` says about finding modules. */
export interface PathConfig {
  /** Pattern with at most one `*` → candidates, relative to the project's root. */
  paths: readonly { pattern: string; targets: readonly string[] }[];
  baseUrl?: string;
  rootDirs: readonly string[];
  customConditions: readonly string[];
}

const names = ["tsconfig.json", "jsconfig.json"];

/** The configuration that holds for a folder: the nearest file above it, with what it extends and refers to. */
export class PathConfigs {
  readonly #project: ProjectIndex;
  /** Finds a package of the project that a configuration extends by name. */
  readonly #packageFolder: (name: string, from: string) => string | undefined;
  readonly #byFolder = new Map<string, PathConfig | undefined>();

  constructor(project: ProjectIndex, packageFolder: (name: string, from: string) => string | undefined) {
    this.#project = project;
    this.#packageFolder = packageFolder;
  }

  for(folder: string): PathConfig | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder);
    let config: PathConfig | undefined;
    for (const up of foldersUp(folder)) {
      const file = names
        .map((name) => inside(up, name))
        .find((path) => this.#project.number(path) !== undefined);
      if (file === undefined) continue;
      config = this.#read(file, new Set());
      break;
    }
    this.#byFolder.set(folder, config);
    return config;
  }

  /** `open`: the files being read, because `extends` and `references` may lead back. */
  #read(path: string, open: Set<string>): PathConfig | undefined {
    const text = open.has(path) ? undefined : this.#project.text(path);
    if (text === undefined) return undefined;
    open.add(path);
    const folder = folderOf(path);
    const json = readTable("jsonc", text);
    let config: PathConfig = { paths: [], rootDirs: [], customConditions: [] };
    for (const base of asTexts(json["extends"])) {
      const file = this.#extended(base, folder);
      const inherited = file === undefined ? undefined : this.#read(file, open);
      if (inherited !== undefined) config = override(config, inherited);
    }
    config = override(config, own(asTable(json["compilerOptions"]), folder));
    if (config.paths.length === 0) {
      // A solution file lists projects and has no options of its own: the first that has paths speaks for it.
      for (const reference of asArray(json["references"])) {
        const target = asTable(reference)["path"];
        const file = typeof target === "string" ? this.#reference(target, folder) : undefined;
        const referred = file === undefined ? undefined : this.#read(file, open);
        if (referred !== undefined && referred.paths.length > 0) config = override(config, referred);
      }
    }
    open.delete(path);
    return config;
  }

  #extended(written: string, folder: string): string | undefined {
    let base: string | undefined;
    if (/^\.\.?(\/|$)/.test(written)) base = joinPath(folder, written);
    else {
      const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(written) ?? [];
      const home = name === undefined ? undefined : this.#packageFolder(name, folder);
      base = home === undefined ? undefined : inside(home, rest ?? "");
    }
    if (base === undefined) return undefined;
    return [base, `${base}.json`, inside(base, "tsconfig.json")].find(
      (path) => this.#project.number(path) !== undefined,
    );
  }

  #reference(written: string, folder: string): string | undefined {
    const base = joinPath(folder, written);
    if (base === undefined) return undefined;
    return [base, inside(base, "tsconfig.json")].find((path) => this.#project.number(path) !== undefined);
  }
}

function own(options: Table, folder: string): Partial<PathConfig> {
  const config: { -readonly [K in keyof PathConfig]?: PathConfig[K] } = {};
  const baseUrl = typeof options["baseUrl"] === "string" ? joinPath(folder, options["baseUrl"]) : undefined;
  if (baseUrl !== undefined) config.baseUrl = baseUrl;
  if (options["paths"] !== undefined) {
    config.paths = Object.entries(asTable(options["paths"])).map(([pattern, targets]) => ({
      pattern,
      targets: asTexts(targets)
        .map((target) => joinPath(baseUrl ?? folder, target))
        .filter((target) => target !== undefined),
    }));
  }
  if (options["rootDirs"] !== undefined) {
    config.rootDirs = asTexts(options["rootDirs"])
      .map((root) => joinPath(folder, root))
      .filter((root) => root !== undefined);
  }
  if (options["customConditions"] !== undefined)
    config.customConditions = asTexts(options["customConditions"]);
  return config;
}

function override(base: PathConfig, over: Partial<PathConfig>): PathConfig {
  return { ...base, ...over };
}
