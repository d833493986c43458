import type { FunctionFacts, SymbolFacts } from "../facts.ts";
import { NAMED, STRIDE, SUBTREE_END, SYMBOL_MASK } from "../parse/flat-tree.ts";
import type { CompiledFunction, CompiledLanguage } from "./compiled-language.ts";
import { Role } from "./roles.ts";
import { childByField, childByKind, follow } from "./field-path.ts";
import { textOf } from "./node-text.ts";
import { splitQualified, withoutReturnType } from "./qualified-name.ts";

export interface FoundFunction {
  /** Empty when it has none. */
  name: string;
  kind: FunctionFacts["kind"];
  parameters: number;
  /** Node of the body, or -1. */
  body: number;
  /** Type it belongs to by its own words (Go receivers, C++ `Type::name`). */
  receiver: string | undefined;
  /** What the function calls its receiver (Go). */
  receiverName: string | undefined;
  /** The node behind its own name: what a name computes belongs to whoever is around. */
  nameEnd: number;
  /** Has no body: a symbol, but nothing to measure. */
  isDeclaration: boolean;
  isListed: boolean;
}

/** Where a function stands. */
export interface Surroundings {
  ancestors: Int32Array;
  depth: number;
  inType: boolean;
  inFunction: boolean;
  /** Name of the innermost type or function around it. */
  container: string | undefined;
}

/** Reads names, kinds and parameters out of the nodes that have a role. */
export class Names {
  readonly #language: CompiledLanguage;
  #exportedNames = new Set<string>();
  /** Nameless functions that took the name of a variable. */
  #lambdas = new Set<string>();

  constructor(language: CompiledLanguage) {
    this.#language = language;
  }

  function(
    nodes: Uint32Array,
    text: string,
    node: number,
    symbol: number,
    around: Surroundings,
  ): FoundFunction | undefined {
    const compiled = this.#language.functions.get(symbol)!;
    const { role } = compiled;
    if (!this.#isFunction(compiled, nodes, node, around)) return undefined;
    const body = compiled.body === undefined ? -1 : follow(nodes, node, compiled.body);
    const isDeclaration = compiled.body !== undefined && body < 0;
    if (isDeclaration && role.listed !== "always") return undefined;
    const nameNode = this.#nameNode(compiled, nodes, node, around);
    const full = nameNode < 0 ? "" : (role.prefix ?? "") + unquoted(textOf(nodes, text, nameNode));
    const { name, scope } = splitQualified(role.typeMayPrecedeName === true ? withoutReturnType(full) : full);
    if (role.notNames?.includes(name) === true) return undefined;
    const receiverNode = compiled.receiver === undefined ? -1 : follow(nodes, node, compiled.receiver);
    const receiver = receiverNode >= 0 ? typeName(textOf(nodes, text, receiverNode)) : scope;
    const receiverName =
      compiled.receiverName === undefined ? -1 : follow(nodes, node, compiled.receiverName);
    const owner = receiver ?? around.container;
    const isConstructor =
      role.constructorHasTypeName === true && owner?.slice(owner.lastIndexOf(".") + 1) === name;
    const inType = around.inType || receiver !== undefined;
    return {
      name,
      receiverName: receiverName < 0 ? undefined : textOf(nodes, text, receiverName),
      kind: isConstructor ? "constructor" : this.#kind(compiled, nodes, node, name, inType),
      parameters: this.#parameters(compiled, nodes, text, node),
      body,
      receiver,
      nameEnd: nameNode > node ? nodes[nameNode * STRIDE + SUBTREE_END]! : node,
      isDeclaration,
      isListed: role.listed !== "never",
    };
  }

  #isFunction(compiled: CompiledFunction, nodes: Uint32Array, node: number, around: Surroundings): boolean {
    const { parents, needs, nestedNeeds } = compiled;
    const parent =
      around.depth === 0 ? -1 : nodes[around.ancestors[around.depth - 1]! * STRIDE]! & SYMBOL_MASK;
    return (
      (parents === undefined || parents.has(parent)) &&
      (needs === undefined || follow(nodes, node, needs) >= 0) &&
      (nestedNeeds === undefined || !around.inFunction || follow(nodes, node, nestedNeeds) >= 0)
    );
  }

  #nameNode(compiled: CompiledFunction, nodes: Uint32Array, node: number, around: Surroundings): number {
    const own = compiled.name === undefined ? -1 : follow(nodes, node, compiled.name);
    if (own >= 0) return own;
    for (let up = around.depth - 1; up >= 0; up--) {
      const parent = around.ancestors[up]!;
      const symbol = nodes[parent * STRIDE]! & SYMBOL_MASK;
      const from = compiled.nameFrom.get(symbol);
      if (from !== undefined) return follow(nodes, parent, from);
      if (!compiled.nameThrough.has(symbol)) return -1;
    }
    return -1;
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
        (!(head & NAMED) && !compiled.parameterTokens.has(symbol)) ||
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

  type(nodes: Uint32Array, text: string, node: number, symbol: number): FoundType | undefined {
    const compiled = this.#language.types.get(symbol)!;
    const body = compiled.body === undefined ? -1 : follow(nodes, node, compiled.body);
    if (compiled.body !== undefined && body < 0) return undefined;
    const nameNode = follow(nodes, node, compiled.name);
    if (nameNode < 0) return undefined;
    const full = typeName(unquoted(textOf(nodes, text, nameNode)));
    const { role, kindPath, kindBy } = compiled;
    const teller = kindPath === undefined ? -1 : follow(nodes, node, kindPath);
    const told = teller < 0 ? undefined : kindBy.get(nodes[teller * STRIDE]! & SYMBOL_MASK);
    const foundKind = told ?? role.kind;
    const isNamespace = foundKind === "namespace" || foundKind === "module";
    return {
      ...(foundKind === "namespace" ? { name: full, scope: undefined } : splitQualified(full)),
      kind: foundKind,
      body,
      containerOnly: role.containerOnly === true,
      isNamespace,
      holdsRest:
        compiled.restOfFileWithout !== 0 && childByField(nodes, node, compiled.restOfFileWithout) < 0,
    };
  }

  noteExported(nodes: Uint32Array, text: string, node: number, symbol: number): void {
    const path = this.#language.exported.lists.get(symbol);
    const found = path === undefined ? -1 : follow(nodes, node, path);
    if (found >= 0) this.#exportedNames.add(textOf(nodes, text, found));
  }

  noteLambda(facts: FunctionFacts): void {
    this.#lambdas.add(placeOf(facts));
  }

  /**
   * What is known only when the whole file has been read: names that an export list mentions are exported, and
   * `const f = () => …` is a function, not a constant beside it.
   */
  finish(symbols: SymbolFacts[]): SymbolFacts[] {
    const exported = this.#exportedNames;
    const lambdas = this.#lambdas;
    if (exported.size > 0) {
      for (const symbol of symbols)
        if (symbol.container === undefined && exported.has(symbol.name)) symbol.exported = true;
      this.#exportedNames = new Set();
    }
    if (lambdas.size === 0) return symbols;
    this.#lambdas = new Set();
    return symbols.filter((symbol) => !(VALUE_KINDS.has(symbol.kind) && lambdas.has(placeOf(symbol))));
  }
}

export interface FoundType {
  name: string;
  /** What stood in front of the name (`Outer` of `Outer::Inner`). */
  scope: string | undefined;
  kind: string;
  body: number;
  containerOnly: boolean;
  isNamespace: boolean;
  /** Contains everything to the end of the file. */
  holdsRest: boolean;
}

const VALUE_KINDS: ReadonlySet<string> = new Set(["constant", "variable", "field"]);

function placeOf({ line, name }: { line: number; name: string }): string {
  return `${line} ${name}`;
}

function countKind(nodes: Uint32Array, node: number, kind: number): number {
  let count = 0;
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    if ((nodes[child * STRIDE]! & SYMBOL_MASK) === kind) count++;
  }
  return count;
}

/** `'a-b'` → `a-b`: property names and modules may be written as strings. */
function unquoted(written: string): string {
  const first = written.charCodeAt(0);
  if ((first === 34 || first === 39) && written.length > 2) return written.slice(1, -1);
  // Computed names and callees may run over several lines.
  return written.includes("\n") ? written.replace(/\s+/g, " ") : written;
}

/** `(s *Server[T])` → `Server`, `Vec<T>` → `Vec`: the type's own name without parameters, pointers and receiver. */
function typeName(written: string): string {
  const bare = written
    .replace(/^\(|\)$/g, "")
    .replace(/[<[][\s\S]*$/, "")
    .trim();
  const last = bare.split(/[\s*&]+/).at(-1) ?? "";
  // Slices, tuples and other types without a name go by what is written.
  return /^[\p{L}_$]/u.test(last) ? last : written.replace(/\s+/g, " ");
}
