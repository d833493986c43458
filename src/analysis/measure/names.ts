import type { FunctionFacts, SymbolFacts } from "../facts.ts";
import { END, NAMED, START, STRIDE, SUBTREE_END, SYMBOL_MASK } from "../parse/flat-tree.ts";
import { type CompiledFunction, type CompiledLanguage, Role } from "./compile.ts";
import { childByKind, follow } from "./field-path.ts";

export interface FoundFunction {
  /** Empty when it has none. */
  name: string;
  kind: FunctionFacts["kind"];
  parameters: number;
  /** Node of the body, or -1. */
  body: number;
  /** Type it belongs to by its own words (Go receivers, C++ `Type::name`). */
  receiver: string | undefined;
}

/** Reads names, kinds, parameters and visibility out of the nodes that have a role. */
export class Names {
  readonly #language: CompiledLanguage;
  #exportedNames = new Set<string>();

  constructor(language: CompiledLanguage) {
    this.#language = language;
  }

  function(
    nodes: Uint32Array,
    text: string,
    node: number,
    symbol: number,
    parent: number,
    inType: boolean,
  ): FoundFunction | undefined {
    const compiled = this.#language.functions.get(symbol)!;
    const body = compiled.body === undefined ? -1 : follow(nodes, node, compiled.body);
    if (compiled.body !== undefined && body < 0) return undefined;
    const nameNode = this.#nameNode(compiled, nodes, node, parent);
    const full = nameNode < 0 ? "" : textOf(nodes, text, nameNode);
    const split = full.lastIndexOf("::");
    const name = split < 0 ? full : full.slice(split + 2);
    const receiverNode = compiled.receiver === undefined ? -1 : follow(nodes, node, compiled.receiver);
    const receiver =
      receiverNode >= 0
        ? typeName(textOf(nodes, text, receiverNode))
        : split > 0
          ? full.slice(0, split)
          : undefined;
    return {
      name,
      kind: this.#kind(compiled, nodes, node, name, inType),
      parameters: this.#parameters(compiled, nodes, text, node),
      body,
      receiver,
    };
  }

  #nameNode(compiled: CompiledFunction, nodes: Uint32Array, node: number, parent: number): number {
    if (compiled.name !== undefined) return follow(nodes, node, compiled.name);
    if (parent < 0) return -1;
    const from = compiled.nameFrom.get(nodes[parent * STRIDE]! & SYMBOL_MASK);
    return from === undefined ? -1 : follow(nodes, parent, from);
  }

  #kind(
    compiled: CompiledFunction,
    nodes: Uint32Array,
    node: number,
    name: string,
    inType: boolean,
  ): FunctionFacts["kind"] {
    const { role } = compiled;
    if (role.kindByName !== undefined && Object.hasOwn(role.kindByName, name)) return role.kindByName[name]!;
    for (const [token, kind] of compiled.kindByToken) if (childByKind(nodes, node, token) >= 0) return kind;
    return inType && role.inType !== undefined ? role.inType : role.kind;
  }

  #parameters(compiled: CompiledFunction, nodes: Uint32Array, text: string, node: number): number {
    if (compiled.parameters === undefined) return 0;
    const list = follow(nodes, node, compiled.parameters);
    if (list < 0) return 0;
    const end = nodes[list * STRIDE + SUBTREE_END]!;
    if (end === list + 1) return nodes[list * STRIDE]! & NAMED ? 1 : 0;
    let count = 0;
    let last = -1;
    for (let child = list + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
      const head = nodes[child * STRIDE]!;
      const symbol = head & SYMBOL_MASK;
      if (
        !(head & NAMED) ||
        this.#language.roles[symbol]! & Role.comment ||
        compiled.notParameters.has(symbol)
      )
        continue;
      last = child;
      const inner = compiled.parameterNames.get(symbol);
      count += inner === undefined ? 1 : Math.max(1, countKind(nodes, child, inner));
    }
    // C's `(void)` is an empty list.
    return count === 1 && textOf(nodes, text, last) === "void" ? 0 : count;
  }

  type(
    nodes: Uint32Array,
    text: string,
    node: number,
    symbol: number,
  ): { name: string; kind: string; body: number; containerOnly: boolean } | undefined {
    const compiled = this.#language.types.get(symbol)!;
    const body = compiled.body === undefined ? -1 : follow(nodes, node, compiled.body);
    if (compiled.body !== undefined && body < 0) return undefined;
    const nameNode = follow(nodes, node, compiled.name);
    if (nameNode < 0) return undefined;
    const name = typeName(textOf(nodes, text, nameNode));
    return { name, kind: compiled.role.kind, body, containerOnly: compiled.role.containerOnly === true };
  }

  value(
    nodes: Uint32Array,
    text: string,
    node: number,
    symbol: number,
    parentSymbol: number,
    parent: number,
  ): { name: string; kind: string } | undefined {
    const compiled = this.#language.values.get(symbol)!;
    if (!compiled.parents.has(parentSymbol)) return undefined;
    const { tokens } = compiled;
    if (
      tokens !== undefined &&
      !hasChild(nodes, node, tokens) &&
      !(parent >= 0 && hasChild(nodes, parent, tokens))
    )
      return undefined;
    const nameNode = follow(nodes, node, compiled.name);
    // Destructuring patterns and the like are no names.
    if (nameNode < 0 || nodes[nameNode * STRIDE + SUBTREE_END] !== nameNode + 1) return undefined;
    const name = textOf(nodes, text, nameNode);
    if (compiled.pattern !== undefined && !compiled.pattern.test(name)) return undefined;
    return { name, kind: compiled.role.kind };
  }

  noteExported(nodes: Uint32Array, text: string, node: number, symbol: number): void {
    const path = this.#language.exported.lists.get(symbol);
    const found = path === undefined ? -1 : follow(nodes, node, path);
    if (found >= 0) this.#exportedNames.add(textOf(nodes, text, found));
  }

  /** For a symbol that stands in no function. */
  isExported(
    nodes: Uint32Array,
    text: string,
    node: number,
    name: string,
    ancestors: Int32Array,
    depth: number,
  ): boolean {
    const { rule, kinds, within } = this.#language.exported;
    switch (rule.rule) {
      case "all":
        return true;
      case "capital":
        return /^\p{Lu}/u.test(name);
      case "no-underscore":
        return !name.startsWith("_") || (name.startsWith("__") && name.endsWith("__"));
      case "ancestor":
        for (let up = depth - 1; up >= 0; up--)
          if (kinds.has(nodes[ancestors[up]! * STRIDE]! & SYMBOL_MASK)) return true;
        return false;
      case "tokens": {
        if (hasChild(nodes, node, kinds)) return true;
        const inner = within === 0 ? -1 : childByKind(nodes, node, within);
        return inner >= 0 && hasChild(nodes, inner, kinds);
      }
      case "unless-texts": {
        const end = nodes[node * STRIDE + SUBTREE_END]!;
        for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
          if (
            (nodes[child * STRIDE]! & SYMBOL_MASK) === within &&
            rule.texts.includes(textOf(nodes, text, child))
          )
            return false;
        }
        return true;
      }
    }
  }

  /**
   * What is known only when the whole file has been read: names that an export list mentions are exported, and
   * `const f = () => …` is a function, not a constant beside it.
   */
  finish(symbols: SymbolFacts[]): SymbolFacts[] {
    const functions = new Set<string>();
    for (const symbol of symbols) {
      if (symbol.container === undefined && this.#exportedNames.has(symbol.name)) symbol.exported = true;
      if (symbol.kind === "function") functions.add(`${symbol.line} ${symbol.name}`);
    }
    this.#exportedNames = new Set();
    return symbols.filter(
      (symbol) => !(VALUE_KINDS.has(symbol.kind) && functions.has(`${symbol.line} ${symbol.name}`)),
    );
  }
}

const VALUE_KINDS: ReadonlySet<string> = new Set(["constant", "variable", "field"]);

export function textOf(nodes: Uint32Array, text: string, node: number): string {
  return text.slice(nodes[node * STRIDE + START]!, nodes[node * STRIDE + END]!);
}

function hasChild(nodes: Uint32Array, node: number, kinds: ReadonlySet<number>): boolean {
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    if (kinds.has(nodes[child * STRIDE]! & SYMBOL_MASK)) return true;
  }
  return false;
}

function countKind(nodes: Uint32Array, node: number, kind: number): number {
  let count = 0;
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    if ((nodes[child * STRIDE]! & SYMBOL_MASK) === kind) count++;
  }
  return count;
}

/** `(s *Server[T])` → `Server`, `Vec<T>` → `Vec`: the type's own name without parameters, pointers and receiver. */
function typeName(written: string): string {
  const bare = written
    .replace(/^\(|\)$/g, "")
    .replace(/[<[][\s\S]*$/, "")
    .trim();
  return bare.split(/[\s*&]+/).at(-1) ?? bare;
}
