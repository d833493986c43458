import {
  EVERYTHING,
  type ExportedName,
  type ExportKind,
  type NameFacts,
  type PassedName,
} from "./name-facts.ts";
import { dynamicNames } from "./dynamic-names.ts";
import { NameSieve } from "./name-sieve.ts";
import type { KindTable, TreeReader } from "./tree-reader.ts";

const DECLARED: Readonly<Record<string, ExportKind>> = {
  function_declaration: "function",
  generator_function_declaration: "function",
  function_signature: "function",
  class_declaration: "class",
  abstract_class_declaration: "class",
  interface_declaration: "type",
  type_alias_declaration: "type",
  enum_declaration: "enum",
  internal_module: "namespace",
  module: "namespace",
};
/** Behind `export default`. */
const EXPRESSED: Readonly<Record<string, ExportKind>> = {
  class: "class",
  arrow_function: "function",
  function_expression: "function",
};
const Kind = { name: 1, call: 2, comment: 3, exportClause: 4, importClause: 5 } as const;
/** What is looked for in all of the tree. */
export const scriptKinds: ReadonlyMap<string, number> = new Map([
  ["identifier", Kind.name],
  ["type_identifier", Kind.name],
  ["shorthand_property_identifier", Kind.name],
  ["shorthand_property_identifier_pattern", Kind.name],
  ["call_expression", Kind.call],
  ["comment", Kind.comment],
  ["export_clause", Kind.exportClause],
  ["import_clause", Kind.importClause],
]);
/** What stands behind the name of a namespace: `.name`, `?.name`. */
const MEMBER = /\s*\??\.\s*([\p{L}_$][\p{L}\p{N}_$]*)/uy;
/** Bundlers import all that a pattern fits. */
const GLOBS = /\brequire\.context\(|\bimport\.meta\.glob/;
/** Types that a comment takes from elsewhere. */
const IN_COMMENT = /\bimport\(\s*["']([^"'\n]+)["']\s*\)/g;

interface Local {
  /** Exports that go by this name in the file. */
  exports: ExportedName[];
  /** Where it is declared: that is no use of it. */
  declaredAt: Set<number>;
  /** Declared somewhere that is not looked for: its first place is no use of it. */
  isListed: boolean;
}

/** What a JavaScript or TypeScript module exports, takes and passes on. What CommonJS exports has no names here. */
export function scriptNames(tree: TreeReader, kinds: KindTable): NameFacts {
  const names = new ScriptNames(tree, kinds);
  names.read();
  return names.finish();
}

class ScriptNames {
  readonly #tree: TreeReader;
  readonly #kinds: KindTable;
  readonly #exports: ExportedName[] = [];
  readonly #passes: PassedName[] = [];
  readonly #takes = new Map<string, Set<string>>();
  readonly #locals = new Map<string, Local>();
  /** Imported names by what they are called here. */
  readonly #bound = new Map<string, { raw: string; from: string }>();
  /** Modules as a whole by what they are called here. */
  readonly #namespaces = new Map<string, string>();
  /** Lists of exports, read when all imports are known. */
  readonly #lists: number[] = [];
  /** Folders, from that of the file. */
  readonly #loads = new Set<string>();

  constructor(tree: TreeReader, kinds: KindTable) {
    this.#tree = tree;
    this.#kinds = kinds;
  }

  read(): void {
    const tree = this.#tree;
    if (tree.count === 0) return;
    if (GLOBS.test(tree.text)) this.#loads.add("");
    let isPublic = false;
    for (const node of tree.children(0)) {
      const kind = tree.kind(node);
      if (kind === "import_statement") this.#import(node);
      else if (kind === "export_statement" && !isPublic) this.#export(node);
      isPublic = kind === "comment" && tree.textOf(node).includes("@public");
    }
    for (const list of this.#lists) this.#list(list);
    this.#scan();
  }

  finish(): NameFacts {
    const exports = new Map(this.#exports.map((one) => [one.name, one]));
    return {
      ...(exports.size > 0 && { exports: [...exports.values()] }),
      ...(this.#takes.size > 0 && {
        takes: Array.from(this.#takes, ([raw, names]) => ({
          raw,
          names: names.has(EVERYTHING) ? [EVERYTHING] : [...names],
        })),
      }),
      ...(this.#passes.length > 0 && { passes: this.#passes }),
      ...(this.#loads.size > 0 && { loads: [...this.#loads] }),
    };
  }

  #take(raw: string, name?: string): void {
    let names = this.#takes.get(raw);
    if (names === undefined) this.#takes.set(raw, (names = new Set()));
    if (name !== undefined) names.add(name);
  }

  #import(node: number): void {
    const tree = this.#tree;
    const required = tree.child(node, "import_require_clause");
    const source = tree.childIn(required < 0 ? node : required, "source");
    const raw = source < 0 ? undefined : tree.string(source);
    if (raw === undefined) return;
    this.#take(raw, required < 0 ? undefined : EVERYTHING);
    const clause = tree.child(node, "import_clause");
    if (clause < 0) return;
    for (const part of tree.children(clause)) {
      const kind = tree.kind(part);
      if (kind === "identifier") {
        this.#take(raw, "default");
        this.#bound.set(tree.textOf(part), { raw, from: "default" });
      } else if (kind === "namespace_import") {
        this.#namespaces.set(tree.textOf(tree.child(part, "identifier")), raw);
      } else if (kind === "named_imports") {
        for (const one of tree.children(part)) this.#specifier(one, raw);
      }
    }
  }

  #specifier(node: number, raw: string): void {
    const names = this.#namesOf(node, "import_specifier");
    if (names === undefined) return;
    this.#bound.set(names.as, { raw, from: names.name });
    this.#take(raw, names.name);
  }

  /** `name as other`, each maybe in quotes. */
  #namesOf(node: number, kind: string): { name: string; as: string } | undefined {
    const tree = this.#tree;
    if (tree.kind(node) !== kind) return undefined;
    const name = tree.childIn(node, "name");
    const alias = tree.childIn(node, "alias");
    if (name < 0) return undefined;
    const read = (one: number): string => tree.string(one) ?? tree.textOf(one);
    return { name: read(name), as: read(alias < 0 ? name : alias) };
  }

  #export(node: number): void {
    const tree = this.#tree;
    const source = tree.childIn(node, "source");
    const declaration = tree.childIn(node, "declaration");
    if (source >= 0) this.#passOn(node, tree.string(source));
    else if (tree.child(node, "default") >= 0) this.#default(node, declaration);
    else if (declaration >= 0) this.#declaration(declaration);
    else this.#lists.push(node);
  }

  #passOn(node: number, raw: string | undefined): void {
    const tree = this.#tree;
    if (raw === undefined) return;
    const clause = tree.child(node, "export_clause");
    // A namespace under a name: who takes it takes everything.
    if (clause < 0 && tree.child(node, "namespace_export") >= 0) return this.#take(raw, EVERYTHING);
    if (clause < 0) this.#passes.push({ raw, from: EVERYTHING, name: EVERYTHING, line: tree.line(node) });
    else
      for (const one of tree.children(clause)) {
        const names = this.#namesOf(one, "export_specifier");
        if (names !== undefined)
          this.#passes.push({ raw, from: names.name, name: names.as, line: tree.line(one) });
      }
  }

  /** `export { a, b as c }` of what the file declares or has imported. */
  #list(node: number): void {
    const tree = this.#tree;
    const clause = tree.child(node, "export_clause");
    if (clause < 0) return; // `export = x`, `export as namespace X`
    for (const one of tree.children(clause)) {
      const names = this.#namesOf(one, "export_specifier");
      if (names === undefined) continue;
      const bound = this.#bound.get(names.name);
      if (bound === undefined) this.#add(names.as, tree.line(one), "value", names.name);
      else this.#passes.push({ raw: bound.raw, from: bound.from, name: names.as, line: tree.line(one) });
    }
  }

  #default(node: number, declaration: number): void {
    const tree = this.#tree;
    const name = declaration < 0 ? -1 : tree.childIn(declaration, "name");
    const value = declaration < 0 ? tree.childIn(node, "value") : declaration;
    const told = value < 0 ? "" : tree.kind(value);
    const kind = DECLARED[told] ?? EXPRESSED[told] ?? "value";
    const local = name < 0 ? undefined : tree.textOf(name);
    this.#add("default", tree.line(node), kind, local, name < 0 ? undefined : tree.start(name));
  }

  #declaration(node: number): void {
    const tree = this.#tree;
    const kind = tree.kind(node);
    if (kind === "ambient_declaration") {
      for (const inner of tree.children(node)) this.#declaration(inner);
    } else if (kind === "lexical_declaration" || kind === "variable_declaration") {
      for (const one of tree.children(node))
        if (tree.kind(one) === "variable_declarator") this.#pattern(tree.childIn(one, "name"));
    } else {
      const name = tree.childIn(node, "name");
      const told = DECLARED[kind];
      if (told === undefined || name < 0) return;
      const text = tree.textOf(name);
      if (/^[\p{L}_$]/u.test(text)) this.#add(text, tree.line(name), told, text, tree.start(name));
    }
  }

  /** `const { a, b: c = 1 } = x` declares `a` and `c`. */
  #pattern(node: number): void {
    const tree = this.#tree;
    if (node < 0) return;
    const kind = tree.kind(node);
    if (kind === "identifier" || kind === "shorthand_property_identifier_pattern") {
      const name = tree.textOf(node);
      this.#add(name, tree.line(node), "value", name, tree.start(node));
    } else if (kind === "pair_pattern") this.#pattern(tree.childIn(node, "value"));
    else if (kind === "assignment_pattern" || kind === "object_assignment_pattern")
      this.#pattern(tree.childIn(node, "left"));
    else if (kind.endsWith("pattern")) for (const one of tree.children(node)) this.#pattern(one);
  }

  #add(name: string, line: number, kind: ExportKind, local?: string, declaredAt?: number): void {
    const known = this.#exports.find((one) => one.name === name);
    const exported = known ?? { name, line, kind };
    if (known === undefined) this.#exports.push(exported);
    if (local === undefined) return;
    let entry = this.#locals.get(local);
    if (entry === undefined)
      this.#locals.set(local, (entry = { exports: [], declaredAt: new Set(), isListed: false }));
    entry.exports.push(exported);
    if (declaredAt === undefined) entry.isListed = true;
    else entry.declaredAt.add(declaredAt);
  }

  /** All of the file: what it uses of its own, of its namespaces, and what it imports while it runs. */
  #scan(): void {
    const tree = this.#tree;
    const wanted = new NameSieve([...this.#locals.keys(), ...this.#namespaces.keys()]);
    const kinds = this.#kinds;
    for (let node = 0; node < tree.count;) {
      const kind = kinds.of(tree, node);
      if (kind === Kind.exportClause || kind === Kind.importClause) {
        if (kind === Kind.exportClause) this.#namespacesIn(node);
        node = tree.after(node);
        continue;
      }
      if (kind === Kind.name) {
        if (wanted.has(tree.text, tree.start(node), tree.end(node))) this.#name(node);
      } else if (kind === Kind.call) this.#call(node);
      else if (kind === Kind.comment) this.#comment(node);
      node++;
    }
  }

  #name(node: number): void {
    const tree = this.#tree;
    const name = tree.textOf(node);
    const raw = this.#namespaces.get(name);
    if (raw !== undefined) {
      MEMBER.lastIndex = tree.end(node);
      this.#take(raw, MEMBER.exec(tree.text)?.[1] ?? EVERYTHING);
    }
    const local = this.#locals.get(name);
    if (local === undefined || local.declaredAt.has(tree.start(node))) return;
    if (local.isListed) local.isListed = false;
    else for (const one of local.exports) one.usedHere = true;
  }

  #namespacesIn(clause: number): void {
    for (const one of this.#tree.children(clause)) {
      const raw = this.#namespaces.get(this.#namesOf(one, "export_specifier")?.name ?? "");
      if (raw !== undefined) this.#take(raw, EVERYTHING);
    }
  }

  #call(node: number): void {
    const tree = this.#tree;
    const callee = node + 1;
    const isImport = tree.kind(callee) === "import";
    if (!isImport && !(tree.kind(callee) === "identifier" && tree.textOf(callee) === "require")) return;
    const list = tree.childIn(node, "arguments");
    if (list < 0) return;
    for (const argument of tree.children(list)) {
      if (/^(?:[(,]|comment)$/.test(tree.kind(argument))) continue;
      const raw = tree.string(argument);
      if (raw === undefined) {
        if (tree.kind(argument) !== ")") this.#loads.add(folderIn(tree.textOf(argument)));
      } else
        for (const name of dynamicNames(tree.text, tree.start(node), tree.end(node))) this.#take(raw, name);
      return;
    }
  }

  #comment(node: number): void {
    const tree = this.#tree;
    const text = tree.textOf(node);
    if (!text.includes("import(")) return;
    for (const [, raw] of text.matchAll(IN_COMMENT)) this.#take(raw!, EVERYTHING);
  }
}

/** What is written of the folder in a name that is put together: `../messages` of `\`../messages/${id}.js\``, else nothing. */
function folderIn(expression: string): string {
  return (
    /^(?:.{0,60}?\b__dirname,\s*)?["'`](\.{1,2}(?:\/[\w.@-]+)*)(?:\/|["'`]\s*,)/.exec(expression)?.[1] ?? ""
  );
}
