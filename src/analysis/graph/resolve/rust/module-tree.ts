import { addTo, type ProjectIndex } from "../../project.ts";
import { baseName, folderOf, inside, stem } from "../paths.ts";

/** A module: a file, or a `mod name { … }` inside one. */
export interface Module {
  name: string;
  file: number;
  parent?: Module;
  root: Module;
  children: Map<string, Module>;
  /** Lines of an inline module, inclusive; absent for a file's own. */
  lines?: { first: number; last: number };
}

/** The module trees of the project's crates, grown along `mod x;` from their root files. */
export class ModuleTrees {
  readonly #project: ProjectIndex;
  readonly #byFile = new Map<number, Module>();
  /** Inline modules of a file, by their first line. */
  readonly #inline = new Map<number, Module[]>();

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
    const root = { name: "", file, children: new Map<string, Module>() } as Module;
    root.root = root;
    this.#grow(root);
    return root;
  }

  /** The innermost module around a line of a file. */
  at(file: number, line: number): Module {
    const own = this.of(file);
    const inner = this.#inline.get(file) ?? [];
    let low = 0;
    let high = inner.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (inner[middle]!.lines!.first <= line) low = middle + 1;
      else high = middle;
    }
    // The last one that has begun is the innermost, or one beside the innermost: those around it are its parents.
    let module = low === 0 ? own : inner[low - 1]!;
    while (module.lines !== undefined && module.lines.last < line) module = module.parent!;
    return module;
  }

  /** File of `mod name;` written in a module: `name.rs` or `name/mod.rs` in the module's folder. */
  fileOf(module: Module, name: string): number | undefined {
    const folder = inside(this.#folderOf(module), name);
    return this.#project.number(`${folder}.rs`) ?? this.#project.number(`${folder}/mod.rs`);
  }

  /** With a list of its own, as a tree may be as deep as it likes. The first place a file is found in is its place. */
  #grow(top: Module): void {
    this.#byFile.set(top.file, top);
    const waiting = [top];
    for (let module = waiting.pop(); module !== undefined; module = waiting.pop()) {
      this.#growInside(module);
      for (const { raw, form, line } of this.#project.files[module.file]!.imports) {
        if (form !== "mod") continue;
        const parent = this.at(module.file, line);
        const file = this.fileOf(parent, raw);
        if (file === undefined || this.#byFile.has(file)) continue;
        const child = addChild(parent, raw, file);
        this.#byFile.set(file, child);
        waiting.push(child);
      }
    }
  }

  #growInside(module: Module): void {
    const written = this.#project.files[module.file]!.inlineModules ?? [];
    let parent = module;
    for (const { name, line, endLine } of [...written].sort(
      (a, b) => a.line - b.line || b.endLine - a.endLine,
    )) {
      while (parent.lines !== undefined && parent.lines.last < line) parent = parent.parent!;
      parent = addChild(parent, name, module.file, { first: line, last: endLine });
      addTo(this.#inline, module.file, parent);
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
      if (above === undefined || above === number) continue;
      const parent = this.of(above);
      // One that was placed above may have declared this file by now.
      if (parent.children.has(name) || this.#byFile.has(number)) continue;
      this.#grow(addChild(parent, name, number));
    }
  }

  #folderOf(module: Module): string {
    const names: string[] = [];
    let owner = module;
    for (; owner.lines !== undefined; owner = owner.parent!) names.push(owner.name);
    const path = this.#project.path(owner.file);
    const ownsFolder = owner.parent === undefined || baseName(path) === "mod.rs";
    const folder = ownsFolder ? folderOf(path) : inside(folderOf(path), stem(path));
    return inside(folder, names.toReversed().join("/"));
  }
}

function addChild(parent: Module, name: string, file: number, lines?: Module["lines"]): Module {
  const child: Module = {
    name,
    file,
    parent,
    root: parent.root,
    children: new Map(),
    ...(lines === undefined ? {} : { lines }),
  };
  if (!parent.children.has(name)) parent.children.set(name, child);
  return child;
}
