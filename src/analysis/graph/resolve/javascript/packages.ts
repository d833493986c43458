import picomatch from "picomatch";
import type { ProjectIndex } from "../../project.ts";
import { asTable, asTexts, readTable, type Table } from "../manifest.ts";
import { foldersUp, inside, isInside, joinPath } from "../paths.ts";

export interface Package {
  folder: string;
  name?: string;
  exports?: unknown;
  imports?: unknown;
  /** Paths of the project that may be the main file, best first; without extension lookup. */
  mains: readonly string[];
  /** Folders of packages that it takes from the same project by path (`file:../x`, `link:../x`), by name. */
  linked: ReadonlyMap<string, string>;
  /** Names that it installs. */
  dependencies: ReadonlySet<string>;
  /** Globs of a workspace root. */
  workspaces: readonly string[];
}

/** The packages of the project: whose file is whose, and which of them see each other. */
export class Packages {
  readonly #project: ProjectIndex;
  readonly #read = new Map<string, Package | undefined>();
  readonly #members = new Map<string, ReadonlyMap<string, Package>>();

  constructor(project: ProjectIndex) {
    this.#project = project;
  }

  /** The package whose `package.json` stands in the folder. */
  at(folder: string): Package | undefined {
    if (!this.#read.has(folder)) this.#read.set(folder, this.#load(folder));
    return this.#read.get(folder);
  }

  /** The package that a file in `folder` belongs to: the nearest `package.json` above. */
  around(folder: string): Package | undefined {
    for (const up of foldersUp(folder)) {
      const found = this.at(up);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A package of the same project that code in `folder` can import by name. */
  visible(name: string, folder: string): Package | undefined {
    for (const up of foldersUp(folder)) {
      const one = this.at(up);
      if (one === undefined) continue;
      if (one.name === name) return one;
      const linked = one.linked.get(name);
      const found = (linked === undefined ? undefined : this.at(linked)) ?? this.#membersOf(one).get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether code in `folder` may import what some package above it installs under this name. */
  installs(name: string, folder: string): boolean {
    for (const up of foldersUp(folder)) {
      if (this.at(up)?.dependencies.has(name) === true) return true;
    }
    return false;
  }

  #membersOf(root: Package): ReadonlyMap<string, Package> {
    const known = this.#members.get(root.folder);
    if (known !== undefined) return known;
    const members = new Map<string, Package>();
    this.#members.set(root.folder, members);
    if (root.workspaces.length === 0) return members;
    const wanted = root.workspaces.filter((glob) => !glob.startsWith("!") && glob.length <= LONGEST_GLOB);
    const unwanted = root.workspaces.filter((glob) => glob.startsWith("!")).map((glob) => glob.slice(1));
    const matches = picomatch(wanted.map(bareGlob), { ignore: unwanted.map(bareGlob) });
    for (const number of this.#project.named("package.json")) {
      const folder = this.#project.folder(number);
      if (folder === root.folder || !isInside(folder, root.folder) || /(^|\/)node_modules\//.test(folder))
        continue;
      const relative = root.folder === "" ? folder : folder.slice(root.folder.length + 1);
      const member = matches(relative) ? this.at(folder) : undefined;
      if (member?.name !== undefined && !members.has(member.name)) members.set(member.name, member);
    }
    return members;
  }

  #load(folder: string): Package | undefined {
    const manifest = inside(folder, "package.json");
    if (this.#project.number(manifest) === undefined) return undefined;
    const json = readTable("json", this.#project.text(manifest));
    return {
      folder,
      ...(typeof json["name"] === "string" ? { name: json["name"] } : {}),
      exports: json["exports"],
      imports: json["imports"],
      mains: ["source", "module", "main", "types", "typings"]
        .map((key) => json[key])
        .filter((main): main is string => typeof main === "string")
        .map((main) => joinPath(folder, main))
        .filter((main) => main !== undefined),
      linked: linkedFolders(json, folder),
      dependencies: new Set(sections.flatMap((section) => Object.keys(asTable(json[section])))),
      workspaces: this.#workspaceGlobs(json, folder),
    };
  }

  #workspaceGlobs(json: Table, folder: string): string[] {
    const written = json["workspaces"];
    const globs = asTexts(Array.isArray(written) ? written : asTable(written)["packages"]);
    for (const name of ["pnpm-workspace.yaml", "lerna.json"]) {
      // JSON is YAML too.
      globs.push(...asTexts(readTable("yaml", this.#project.text(inside(folder, name)))["packages"]));
    }
    return globs;
  }
}

const sections = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

function linkedFolders(json: Table, folder: string): Map<string, string> {
  const linked = new Map<string, string>();
  for (const section of sections) {
    for (const [name, version] of Object.entries(asTable(json[section]))) {
      const path = typeof version === "string" ? /^(?:file|link|portal):(.+)$/.exec(version)?.[1] : undefined;
      const target = path === undefined ? undefined : joinPath(folder, path);
      if (target !== undefined) linked.set(name, target);
    }
  }
  return linked;
}

/** In characters; picomatch refuses more than 65,536. */
const LONGEST_GLOB = 1000;

function bareGlob(glob: string): string {
  return glob.replace(/^\.\//, "").replace(/\/$/, "");
}
