import type { ProjectIndex } from "../../project.ts";
import { baseName, folderOf, inside, stem } from "../paths.ts";

/** A module: a file, or a `mod name { … }` inside one. */
export interface Module {
  file: number;
  parent?: Module;
  root: Module;
  children: Map<string, Module>;
  /** Lines of an inline module, inclusive; absent for a file's own. */
  lines?: readonly [number, number];
}

/** The module trees of the project's crates, grown along `mod x;` from their root files. */
export class ModuleTrees {
  readonly #project: ProjectIndex;
  readonly #byFile = new Map<number, Module>();

  constructor(project: ProjectIndex, roots: readonly number[]) {
    this.#project = project;
    for (const root of roots) this.of(root);
    const tops = new Map(roots.toReversed().map((root) => [project.folder(root), root]));
    this.#placeByPath(tops);
  }

  /** Module of a file; a file that no tree reached is the root of its own. */
  of(file: number): Module {
    const known = this.#byFile.get(file);
    if (known !== undefined) return known;
    const root = { file, children: new Map<string, Module>() } as Module;
    root.root = root;
    this.#byFile.set(file, root);
    this.#grow(root);
    return root;
  }

  /** The innermost module around a line of a file. */
  at(file: number, line: number): Module {
    let module = this.of(file);
    for (;;) {
      const inner = [...module.children.values()].find(
        ({ file: home, lines }) =>
          home === file && lines !== undefined && line >= lines[0] && line <= lines[1],
      );
      if (inner === undefined) return module;
      module = inner;
    }
  }

  /** File of `mod name;` written in a module: `name.rs` or `name/mod.rs` in the module's folder. */
  fileOf(module: Module, name: string): number | undefined {
    const folder = inside(this.#folderOf(module), name);
    return this.#project.number(`${folder}.rs`) ?? this.#project.number(`${folder}/mod.rs`);
  }

  /** Breadth first with a list of its own: a tree may be as deep as it likes, and a file belongs to one place. */
  #grow(root: Module): void {
    const waiting = [root];
    for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
      const { imports, inlineModules } = this.#project.files[module.file]!;
      for (const { name, line, endLine } of [...(inlineModules ?? [])].sort((a, b) => a.line - b.line)) {
        const parent = this.at(module.file, line);
        parent.children.set(name, {
          file: module.file,
          parent,
          root: module.root,
          children: new Map(),
          lines: [line, endLine],
        });
      }
      for (const { raw, form, line } of imports) {
        if (form !== "mod") continue;
        const parent = this.at(module.file, line);
        const file = this.fileOf(parent, raw);
        if (file === undefined || this.#byFile.has(file)) continue;
        const child: Module = { file, parent, root: module.root, children: new Map() };
        parent.children.set(raw, child);
        this.#byFile.set(file, child);
        waiting.push(child);
      }
    }
  }

  /**
   * `mod` inside a macro (`cfg_rt! { mod park; }`) is text to the parser. Files that no tree reached take the place
   * their path gives them, those above first. `tops`: folder → root file of a crate.
   */
  #placeByPath(tops: ReadonlyMap<string, number>): void {
    const left = this.#project.files
      .map(({ path }, number) => {
        const home = baseName(path) === "mod.rs" ? folderOf(path) : path;
        return { folder: folderOf(home), name: stem(home), depth: home.split("/").length, path, number };
      })
      .filter(({ path, number }) => path.endsWith(".rs") && !this.#byFile.has(number))
      .sort((a, b) => a.depth - b.depth || a.number - b.number);
    for (const { folder, name, number } of left) {
      const above =
        tops.get(folder) ??
        this.#project.number(inside(folder, "mod.rs")) ??
        this.#project.number(`${folder}.rs`);
      if (this.#byFile.has(number) || above === undefined || above === number) continue;
      const parent = this.of(above);
      if (parent.children.has(name) || this.#byFile.has(number)) continue;
      const child: Module = { file: number, parent, root: parent.root, children: new Map() };
      parent.children.set(name, child);
      this.#byFile.set(number, child);
      this.#grow(child);
    }
  }

  #folderOf(module: Module): string {
    if (module.lines !== undefined) return inside(this.#folderOf(module.parent!), nameIn(module));
    const path = this.#project.path(module.file);
    const folder = folderOf(path);
    const ownsFolder = module.parent === undefined || baseName(path) === "mod.rs";
    return ownsFolder ? folder : inside(folder, stem(path));
  }
}

function nameIn(module: Module): string {
  for (const [name, child] of module.parent!.children) if (child === module) return name;
  return "";
}
