import type { NameFacts } from "../exports/index.ts";
import { globMatcher } from "../discovery/globs.ts";
import { type Graph, importersOf } from "../graph/index.ts";
import { asTable, readTable } from "../graph/resolve/manifest.ts";
import { folderOf, foldersUp, joinPath } from "../graph/resolve/paths.ts";
import { isStartedByName, isTool } from "./entry-names.ts";

const SCRIPTS = new Set(["javascript", "typescript", "tsx"]);
/** Where a project starts: only below one it is known what starts its files. */
const manifests = {
  scripts: ["package.json", "deno.json", "deno.jsonc"],
  python: ["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "manage.py"],
};

/** What a project's sources are started, loaded and imported by, as far as that can be told; files go by their number in the graph. */
export class Sources {
  readonly graph: Graph;
  /** Of each file of the graph. */
  readonly names: readonly (NameFacts | undefined)[];
  /** Text of a file of the project, empty where it has gone. */
  readonly text: (path: string) => string;
  readonly #isEntry: (path: string) => boolean;
  readonly #paths: ReadonlySet<string>;
  readonly #manifests = new Map<string, string | undefined>();
  #loaders: Set<string> | undefined;
  #dependencies: ReadonlySet<string> | undefined;

  constructor(
    graph: Graph,
    names: readonly (NameFacts | undefined)[],
    entries: readonly string[],
    readText: (path: string) => string | undefined,
  ) {
    this.graph = graph;
    this.names = names;
    this.#isEntry = globMatcher(entries) ?? (() => false);
    this.#paths = new Set(graph.files.map(({ path }) => path));
    const texts = new Map<string, string>();
    this.text = (path) => {
      let text = texts.get(path);
      if (text === undefined) texts.set(path, (text = readText(path) ?? ""));
      return text;
    };
  }

  path(file: number): string {
    return this.graph.files[file]!.path;
  }

  isScript(file: number): boolean {
    return SCRIPTS.has(this.graph.files[file]!.language);
  }

  isPython(file: number): boolean {
    return this.path(file).endsWith(".py");
  }

  /** Files whose imports and exports are read, and below whose manifest it is known what starts them. */
  inPackages(): number[] {
    return this.graph.files.flatMap((_, file) =>
      (this.isScript(file) || this.isPython(file)) && this.manifestOf(file) !== undefined ? [file] : [],
    );
  }

  isImported(file: number): boolean {
    return importersOf(this.graph, file) > 0;
  }

  /** Packages that any manifest of JavaScript asks for: an import that starts with one of them means none of our files. */
  get dependencies(): ReadonlySet<string> {
    this.#dependencies ??= new Set(
      [...this.#paths]
        .filter((path) => /(?:^|\/)package\.json$/.test(path))
        .map((path) => readTable("json", this.text(path)))
        .flatMap((manifest) =>
          ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"].flatMap((list) =>
            Object.keys(asTable(manifest[list])),
          ),
        ),
    );
    return this.#dependencies;
  }

  /** The manifest above it that is nearest. */
  manifestOf(file: number): string | undefined {
    const kind = this.isScript(file) ? "scripts" : "python";
    const folder = folderOf(this.path(file));
    const key = `${kind} ${folder}`;
    if (!this.#manifests.has(key))
      this.#manifests.set(
        key,
        [...foldersUp(folder)]
          .flatMap((at) => manifests[kind].map((name) => (at === "" ? name : `${at}/${name}`)))
          .find((one) => this.#paths.has(one)),
      );
    return this.#manifests.get(key);
  }

  /** By the configuration, a test, a tool or a convention. */
  isStarted(file: number): boolean {
    const manifest = this.manifestOf(file);
    const text = manifest?.endsWith("package.json") === true ? this.text(manifest) : "";
    return this.#isEntry(this.path(file)) || isStartedByName(this.path(file), text);
  }

  /** Whether anything may load it that puts the names of files together: in the folder that it writes, else in its own. */
  isLoaded(file: number): boolean {
    this.#loaders ??= new Set(
      this.graph.files.flatMap(({ path }, one) =>
        (this.names[one]?.loads ?? [])
          // A tool that says nothing of the folder would have the whole project loaded.
          .filter((folder) => folder !== "" || !isTool(path))
          .flatMap((folder) => joinPath(folderOf(path), folder) ?? []),
      ),
    );
    const loaders = this.#loaders;
    return (
      loaders.size > 0 && [...foldersUp(folderOf(this.path(file)))].some((folder) => loaders.has(folder))
    );
  }
}
