import type { ProjectIndex } from "../../project.ts";
import { asArray, asTable, readTable, type Table } from "../manifest.ts";
import { foldersUp, inside, joinPath } from "../paths.ts";

export interface Crate {
  folder: string;
  /** As code writes it, with `_`. */
  name: string;
  /** Of the package, likewise. */
  package: string;
  /** Root file of the library. */
  library?: number;
  /** Root files, the library first: each is the top of a module tree. */
  roots: readonly number[];
  /** Names under which it knows other crates of the project (`alias = { package = "…" }`). */
  aliases: ReadonlyMap<string, string>;
}

/** The crates of the project: every `Cargo.toml` with a package, whether a workspace lists it or not. */
export class Crates {
  readonly #byFolder = new Map<string, Crate>();
  readonly #byName = new Map<string, Crate>();
  /** What a dependency is called in manifests; its library may have another name. */
  readonly #byPackage = new Map<string, Crate>();

  constructor(project: ProjectIndex) {
    for (const number of project.named("Cargo.toml")) {
      const crate = readCrate(project, project.folder(number));
      if (crate === undefined) continue;
      this.#byFolder.set(crate.folder, crate);
      if (!this.#byName.has(crate.name)) this.#byName.set(crate.name, crate);
      if (!this.#byPackage.has(crate.package)) this.#byPackage.set(crate.package, crate);
    }
  }

  all(): Iterable<Crate> {
    return this.#byFolder.values();
  }

  /** The crate whose folder is the nearest above. */
  around(folder: string): Crate | undefined {
    for (const up of foldersUp(folder)) {
      const crate = this.#byFolder.get(up);
      if (crate !== undefined) return crate;
    }
    return undefined;
  }

  /** A crate of the project by the name that `from` has for it. */
  named(name: string, from: Crate | undefined): Crate | undefined {
    const alias = from?.aliases.get(name);
    return alias === undefined
      ? this.#byName.get(name)
      : (this.#byPackage.get(alias) ?? this.#byName.get(alias));
  }
}

function readCrate(project: ProjectIndex, folder: string): Crate | undefined {
  const manifest = readTable("toml", project.text(inside(folder, "Cargo.toml")));
  const written = asTable(manifest["package"])["name"];
  if (typeof written !== "string") return undefined;
  const library = asTable(manifest["lib"]);
  const fileAt = (path: unknown): number | undefined => {
    const joined = typeof path === "string" ? joinPath(folder, path) : undefined;
    return joined === undefined ? undefined : project.number(joined);
  };
  const lib = fileAt(library["path"] ?? "src/lib.rs");
  const roots = [lib, fileAt("src/main.rs"), fileAt(asTable(manifest["package"])["build"] ?? "build.rs")];
  for (const kind of ["bin", "example", "test", "bench"]) {
    for (const target of asArray(manifest[kind])) roots.push(fileAt(asTable(target)["path"]));
  }
  for (const home of ["src/bin", "examples", "tests", "benches"])
    roots.push(...ownRoots(project, inside(folder, home)));
  return {
    folder,
    name: codeName(typeof library["name"] === "string" ? library["name"] : written),
    package: codeName(written),
    ...(lib === undefined ? {} : { library: lib }),
    roots: [...new Set(roots.filter((root) => root !== undefined))],
    aliases: aliasesOf(manifest),
  };
}

/** Cargo takes every file of `tests/` and every `main.rs` one folder below for a crate of its own. */
function ownRoots(project: ProjectIndex, home: string): number[] {
  if (!project.hasFolder(home)) return [];
  const direct = project.inFolder(home).filter((number) => project.path(number).endsWith(".rs"));
  const below = project.named("main.rs").filter((number) => {
    const folder = project.folder(number);
    return folder.startsWith(`${home}/`) && !folder.slice(home.length + 1).includes("/");
  });
  return [...direct, ...below];
}

function aliasesOf(manifest: Table): Map<string, string> {
  const aliases = new Map<string, string>();
  const workspace = asTable(manifest["workspace"]);
  for (const owner of [manifest, workspace]) {
    for (const section of ["dependencies", "dev-dependencies", "build-dependencies"]) {
      for (const [alias, value] of Object.entries(asTable(owner[section]))) {
        const real = asTable(value)["package"];
        if (typeof real === "string") aliases.set(codeName(alias), codeName(real));
      }
    }
  }
  return aliases;
}

function codeName(name: string): string {
  return name.replaceAll("-", "_");
}
