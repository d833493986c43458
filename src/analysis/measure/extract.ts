import type { SymbolFacts } from "../facts.ts";
import {
  END,
  FIELD_MASK,
  FIELD_SHIFT,
  type FlatTree,
  ROW,
  START,
  STRIDE,
  SUBTREE_END,
  SYMBOL_MASK,
} from "../parse/flat-tree.ts";
import type { CompiledLanguage, Places } from "./compiled-language.ts";
import { Complexity, Mark } from "./complexity.ts";
import { emptyResult, type Extracted } from "./extracted.ts";
import { childByField, childByKind, follow } from "./field-path.ts";
import { maintainability } from "./formulas.ts";
import { readImports, readModule } from "./imports.ts";
import { LineClasses } from "./lines.ts";
import { Names } from "./names.ts";
import { textOf } from "./node-text.ts";
import { beginFacts } from "./open-function.ts";
import { OpenNodes } from "./open-nodes.ts";
import { Operators } from "./operators.ts";
import { Role, TOKEN_ROLES } from "./roles.ts";
import { endOfLine, lastCharacter, signature } from "./signature.ts";
import { readValues } from "./values.ts";
import { Visibility } from "./visibility.ts";

export type { Extracted } from "./extracted.ts";

interface OpenContainer {
  name: string;
  isType: boolean;
  /** A type whose functions are functions, not methods. */
  isNamespace: boolean;
}

/**
 * One pass over the flat tree of a file, all per-file measures at once. An instance belongs to one language and
 * is used again for every file of it; it keeps no state between files.
 */
export class Extractor {
  readonly #language: CompiledLanguage;
  readonly #names: Names;
  readonly #visibility: Visibility;
  readonly #lines = new LineClasses();
  readonly #open = new OpenNodes();
  readonly #complexity: Complexity;
  readonly #operators: Operators;
  /** Where in the array of nodes the leaves of the last file begin, and values and comments as wholes: its tokens, in order. */
  leaves = new Uint32Array(1 << 12);
  leafCount = 0;
  #nodes: Uint32Array = new Uint32Array(0);
  #text = "";
  #ascii = true;
  #containers: OpenContainer[] = [];
  /** Where each symbol ends: a position until the rows are known. */
  #symbolEnds: number[] = [];
  #result: Extracted;

  constructor(language: CompiledLanguage) {
    this.#language = language;
    this.#names = new Names(language);
    this.#visibility = new Visibility(language);
    this.#complexity = new Complexity(language, this.#open);
    this.#operators = new Operators(language.symbols);
    this.#result = emptyResult();
  }

  run(tree: FlatTree, text: string, bytes: number): Extracted {
    const { nodes, count, units } = tree;
    const { roles, interpolation } = this.#language;
    const lines = this.#lines;
    const open = this.#open;
    const operators = this.#operators;
    const complexity = this.#complexity;
    this.#nodes = nodes;
    this.#text = text;
    this.#ascii = bytes === text.length;
    this.#containers = [];
    this.#result = emptyResult();
    open.start(nodes);
    complexity.startFile(nodes, this.#result);
    lines.reset(text, units);
    operators.startFile();
    if (this.leaves.length < count) this.leaves = new Uint32Array(count * 2);
    const { leaves } = this;
    let leafCount = 0;
    let errorEnd = 0;
    let closeAt = count;

    for (let node = 0; node < count;) {
      if (node >= closeAt) closeAt = this.#closeBefore(node);
      const at = node * STRIDE;
      const head = nodes[at]!;
      const symbol = head & SYMBOL_MASK;
      const role = roles[symbol]!;
      const end = nodes[at + SUBTREE_END]!;
      let mark = 0;
      if (role & ~TOKEN_ROLES) {
        if (role & Role.error && nodes[at + START]! >= errorEnd) {
          errorEnd = nodes[at + END]!;
          this.#error(nodes[at + START]!, errorEnd);
        }
        mark = this.#enter(node, symbol, role, head);
      }
      if (
        end === node + 1 ||
        (role & (Role.comment | Role.literal) &&
          !(role & Role.template && childByKind(nodes, node, interpolation) >= 0))
      ) {
        const start = nodes[at + START]!;
        const stop = nodes[at + END]!;
        if (stop > start) {
          leaves[leafCount++] = at;
          if (role & Role.fixed) lines.fixedToken(nodes[at + ROW]!);
          else lines.token(nodes[at + ROW]!, start, stop, role);
          const { inner } = complexity;
          if (inner !== undefined) {
            if (role & Role.operator) operators.operator(inner, symbol);
            else if (role & Role.operand && !(role & Role.comment))
              operators.operand(inner, units, start, stop);
          }
          if (role & Role.logicalOperator) complexity.logicalOperator(node, symbol);
        }
        // What a leaf opens closes behind it.
        if (mark !== 0) closeAt = open.push(node, end, mark);
        node = end;
      } else {
        closeAt = open.push(node, end, mark);
        node++;
      }
    }
    this.leafCount = leafCount;
    this.#closeBefore(count);
    this.#finish();
    return this.#result;
  }

  /** Closes what ends at or before a node, and says where the next one closes. */
  #closeBefore(node: number): number {
    const open = this.#open;
    for (let mark = open.closeBefore(node); mark !== 0; mark = open.closeBefore(node)) {
      if (mark & Mark.container) this.#containers.pop();
      this.#complexity.close(mark);
    }
    return open.closesAt(node);
  }

  /** Whether a node stands where a place says. */
  #stands(places: Places, symbol: number, node: number, head: number): boolean {
    const conditions = places.get(symbol);
    if (conditions === undefined) return true;
    const parent = this.#open.parentSymbol();
    return conditions.some(
      (condition) =>
        (condition.parents === undefined || condition.parents.has(parent)) &&
        (condition.notParents === undefined || !condition.notParents.has(parent)) &&
        (condition.field === 0 || ((head >>> FIELD_SHIFT) & FIELD_MASK) === condition.field) &&
        (condition.has === 0 || childByKind(this.#nodes, node, condition.has) >= 0) &&
        (condition.hasNot === 0 || childByKind(this.#nodes, node, condition.hasNot) < 0) &&
        (condition.with === undefined || follow(this.#nodes, node, condition.with) >= 0) &&
        (condition.without === undefined || follow(this.#nodes, node, condition.without) < 0) &&
        (condition.unless === undefined || !this.#isWritten(node, condition.unless)),
    );
  }

  #isWritten(node: number, { field, text }: { field: number; text: string }): boolean {
    const child = childByField(this.#nodes, node, field);
    return child >= 0 && textOf(this.#nodes, this.#text, child) === text;
  }

  /** Handles a node with a role, and says what has to happen when it closes. */
  #enter(node: number, symbol: number, role: number, head: number): number {
    const language = this.#language;
    const complexity = this.#complexity;
    let mark = 0;
    if (role & Role.detached && this.#stands(language.detached, symbol, node, head))
      mark |= complexity.detach(node, symbol);
    if (role & Role.decision && this.#stands(language.decisions, symbol, node, head)) complexity.decide(node);
    if (role & Role.flat && this.#stands(language.flat, symbol, node, head)) {
      complexity.increment(node, false);
      mark |= complexity.header(node);
    }
    if (role & Role.if) {
      // In a chain the first `if` has deepened already, and the `else` in front has counted.
      if (!language.elseIf.has(symbol) || !this.#stands(language.elseIf, symbol, node, head)) {
        mark |= complexity.structure(node);
      }
      mark |= complexity.header(node);
    } else if (role & Role.structure && this.#stands(language.structures, symbol, node, head)) {
      mark |= complexity.structure(node);
    } else if (role & Role.nest && this.#stands(language.nests, symbol, node, head)) {
      mark |= complexity.softNest();
    }
    if (role & Role.logicalNode) mark |= complexity.logical(node);
    if (role & Role.call) complexity.call(node, symbol, this.#text);
    if (role & Role.import)
      readImports(language, this.#nodes, this.#text, node, symbol, this.#result.imports);
    if (role & Role.module) readModule(language, this.#nodes, this.#text, node, symbol, this.#result.modules);
    if (role & Role.exportList) this.#names.noteExported(this.#nodes, this.#text, node, symbol);
    if (role & Role.type) mark |= this.#type(node, symbol);
    if (role & Role.value) this.#value(node, symbol);
    if (role & Role.function) mark |= this.#function(node, symbol);
    return mark;
  }

  #containerName(): string | undefined {
    let name: string | undefined;
    for (const one of this.#containers) name = name === undefined ? one.name : `${name}.${one.name}`;
    return name;
  }

  #type(node: number, symbol: number): number {
    const found = this.#names.type(this.#nodes, this.#text, node, symbol);
    if (found === undefined) return 0;
    const { scope, isNamespace } = found;
    // A namespace for the rest of the file ends where the next one starts.
    if (found.holdsRest && this.#containers.at(-1)?.isNamespace === true) this.#containers.pop();
    if (!found.containerOnly)
      this.#symbol(
        node,
        found.name,
        found.kind,
        this.#headEnd(node, found.body),
        joinNames(this.#containerName(), scope),
      );
    const name = isNamespace ? found.name.replace(/::|\\/g, ".") : found.name;
    this.#containers.push({ name: joinNames(scope, name), isType: true, isNamespace });
    return found.holdsRest ? 0 : Mark.container;
  }

  #value(node: number, symbol: number): void {
    const inner = this.#containers.at(-1);
    if (this.#complexity.inner !== undefined || (inner !== undefined && !inner.isType)) return;
    const found = readValues(
      this.#language,
      this.#nodes,
      this.#text,
      node,
      symbol,
      this.#open.parent(),
      this.#open.parentSymbol(2),
    );
    for (const { name, kind, at, head } of found) {
      const stop = endOfLine(this.#text, head, this.#nodes[node * STRIDE + END]!);
      this.#symbol(node, name, kind, stop, this.#containerName(), at);
    }
  }

  /** Where a declaration's head ends: at its body, without one at the end of its line. */
  #headEnd(node: number, body: number): number {
    const nodes = this.#nodes;
    if (body >= 0) return nodes[body * STRIDE + START]!;
    return endOfLine(this.#text, nodes[node * STRIDE + START]!, nodes[node * STRIDE + END]!);
  }

  /** @param place the node where the name stands, if that is not where the declaration begins */
  #symbol(
    node: number,
    name: string,
    kind: string,
    stop: number,
    container: string | undefined,
    place = node,
  ): void {
    const nodes = this.#nodes;
    const at = node * STRIDE;
    const facts: SymbolFacts = {
      name,
      kind,
      signature: signature(this.#text, nodes[at + START]!, stop),
      line: nodes[place * STRIDE + ROW]! + 1,
      endLine: 0,
      exported:
        this.#complexity.inner === undefined &&
        this.#visibility.isExported(nodes, this.#text, node, name, this.#open.ancestors, this.#open.depth),
    };
    if (container !== undefined) facts.container = container;
    this.#result.symbols.push(facts);
    this.#symbolEnds.push(nodes[at + END]!);
  }

  #function(node: number, symbol: number): number {
    const inner = this.#containers.at(-1);
    const found = this.#names.function(this.#nodes, this.#text, node, symbol, {
      ancestors: this.#open.ancestors,
      depth: this.#open.depth,
      inFunction: this.#complexity.inner !== undefined,
      inType: inner?.isType === true && !inner.isNamespace,
      container: inner?.name,
    });
    if (found === undefined) return 0;
    const around = this.#containerName();
    const container = found.receiver === undefined ? around : joinNames(around, found.receiver);
    const nodes = this.#nodes;
    const named = found.name !== "";
    if (found.isDeclaration) {
      if (named) this.#symbol(node, found.name, found.kind, this.#headEnd(node, -1), container);
      return 0;
    }
    const nested = this.#complexity.inner !== undefined;
    const facts = beginFacts(nodes, node, found, container, nested);
    this.#result.functions.push(facts);
    const isLambda = found.kind === "lambda";
    if (named && found.isListed && !(isLambda && nested)) {
      this.#symbol(
        node,
        found.name,
        isLambda ? "function" : found.kind,
        this.#headEnd(node, found.body),
        container,
      );
      if (isLambda) this.#names.noteLambda(facts);
    }
    const operatorSet = this.#operators.emptySet(this.#complexity.functions.length);
    this.#containers.push({
      name: joinNames(found.receiver, facts.name),
      isType: false,
      isNamespace: false,
    });
    return Mark.container | this.#complexity.openFunction(node, found, facts, operatorSet);
  }

  #error(start: number, end: number): void {
    const bytes = this.#ascii ? end - start : Buffer.byteLength(this.#text.slice(start, end));
    this.#result.errorBytes += bytes;
    for (const one of this.#complexity.functions) one.errorBytes += bytes;
  }

  #finish(): void {
    const lines = this.#lines;
    const result = this.#result;
    result.lines = lines.finish();
    for (const facts of result.functions) {
      const end = lines.rowOf(lastCharacter(this.#text, facts.endLine));
      facts.endLine = Math.max(end + 1, facts.line);
      facts.code = lines.codeIn(facts.line, facts.endLine);
      facts.maintainability = maintainability(facts.halstead.volume, facts.cyclomatic, facts.code);
    }
    result.symbols.forEach((symbol, index) => {
      symbol.endLine = Math.max(
        lines.rowOf(lastCharacter(this.#text, this.#symbolEnds[index]!)) + 1,
        symbol.line,
      );
    });
    this.#symbolEnds = [];
    result.symbols = this.#names.finish(result.symbols);
  }
}

function joinNames(outer: string | undefined, inner: string): string;
function joinNames(outer: string | undefined, inner: string | undefined): string | undefined;
function joinNames(outer: string | undefined, inner: string | undefined): string | undefined {
  return outer === undefined || inner === undefined ? (outer ?? inner) : `${outer}.${inner}`;
}
