import { Is } from "../syntax/compile-syntax.ts";
import type { Source } from "../match/source.ts";

export interface FunctionParts {
  node: number;
  name: string | undefined;
  /** Names of parameters in order, with the nodes they stand at. */
  parameters: readonly { name: string; node: number }[];
  /** -1 where there is none. */
  body: number;
  /** Methods that name their object: it is the first parameter and no argument. */
  hasSelf: boolean;
}

/** Functions of a file, as far as calls inside of it and their arguments go. */
export class Functions {
  readonly #source: Source;
  readonly #parts = new Map<number, FunctionParts>();
  #byName: Map<string, number[]> | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Functions that stand in no other one. */
  get outermost(): number[] {
    const source = this.#source;
    const found: number[] = [];
    for (let node = 0; node < source.count; node++) {
      if ((source.is(node) & Is.function) === 0) continue;
      found.push(node);
      node = source.after(node) - 1;
    }
    return found;
  }

  /** The only function of a name in the file; -1 where there is none, or several. */
  named(name: string): number {
    if (this.#byName === undefined) {
      this.#byName = new Map();
      for (let node = 0; node < this.#source.count; node++) {
        if ((this.#source.is(node) & Is.function) === 0) continue;
        const own = this.parts(node).name;
        if (own !== undefined) this.#byName.set(own, [...(this.#byName.get(own) ?? []), node]);
      }
    }
    const found = this.#byName.get(name);
    return found?.length === 1 ? found[0]! : -1;
  }

  parts(node: number): FunctionParts {
    let parts = this.#parts.get(node);
    if (parts === undefined) this.#parts.set(node, (parts = this.#read(node)));
    return parts;
  }

  #read(node: number): FunctionParts {
    const source = this.#source;
    const { language } = source.syntax;
    const field = (of: number, name: string): number => {
      const id = language.fieldIdForName(name);
      if (id === null || of < 0) return -1;
      const end = source.after(of);
      for (let child = of + 1; child < end; child = source.after(child))
        if (source.field(child) === id) return child;
      return -1;
    };
    let declarator = field(node, "declarator");
    while (declarator >= 0 && field(declarator, "parameters") < 0 && field(declarator, "declarator") >= 0)
      declarator = field(declarator, "declarator");
    const list = first(field(node, "parameters"), field(declarator, "parameters"));
    const single = field(node, "parameter");
    const nameNode = first(field(node, "name"), field(declarator, "declarator"));
    const nodes =
      list >= 0 ? (this.#isBare(list) ? [list] : source.children(list)) : single >= 0 ? [single] : [];
    const parameters = nodes.flatMap((one) => this.#names(one));
    return {
      node,
      name: nameNode >= 0 ? source.textOf(nameNode) : this.#givenName(node),
      parameters,
      body: field(node, "body"),
      hasSelf: /^(?:self|cls|this)$/.test(parameters[0]?.name ?? ""),
    };
  }

  /** A parameter list of one name without parentheses. */
  #isBare(list: number): boolean {
    return this.#source.isLeaf(list);
  }

  /** A parameter may declare several names; one that is taken apart has several as well. */
  #names(parameter: number): { name: string; node: number }[] {
    const source = this.#source;
    let node = parameter;
    for (let inner = source.namedPart(node); inner >= 0 && inner !== node; inner = source.namedPart(node))
      node = inner;
    if ((source.is(node) & Is.declaration) !== 0) {
      const [typePath, namePath] = source.syntax.declarations.get(source.symbol(node))!;
      const type = source.follow(node, typePath);
      const name = source.follow(node, namePath);
      if (name >= 0) {
        const names = source
          .children(node)
          .filter((child) => child !== type && source.field(child) === source.field(name));
        if (names.length > 1) return names.map((one) => ({ name: source.textOf(one), node: one }));
        return name === node ? [] : this.#names(name);
      }
    }
    if ((source.is(node) & Is.significant) === 0 || (!source.isNamed(node) && source.isLeaf(node))) return [];
    const leaf = leafName(source, node);
    return leaf < 0 ? [] : [{ name: source.textOf(leaf), node: leaf }];
  }

  /** `const f = () => …` */
  #givenName(node: number): string | undefined {
    const source = this.#source;
    const parent = source.parents[node]!;
    const role = parent < 0 ? undefined : source.syntax.assignments.get(source.symbol(parent));
    const target = role === undefined ? -1 : source.follow(parent, role.target);
    return target >= 0 && target !== node && source.isLeaf(target) ? source.textOf(target) : undefined;
  }
}

/** The first leaf that is a name. */
function leafName(source: Source, node: number): number {
  for (let at = node; at < source.after(node); at++)
    if ((source.is(at) & Is.name) !== 0 && source.isLeaf(at)) return at;
  return -1;
}

function first(...nodes: number[]): number {
  return nodes.find((node) => node >= 0) ?? -1;
}
