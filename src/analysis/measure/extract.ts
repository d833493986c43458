import type { FunctionFacts, ImportFacts, LineCounts, SymbolFacts } from "../facts.ts";
import {
  END,
  FIELD_MASK,
  FIELD_SHIFT,
  type FlatTree,
  NAMED,
  ROW,
  START,
  STRIDE,
  SUBTREE_END,
  SYMBOL_MASK,
} from "../parse/flat-tree.ts";
import { type CompiledLanguage, type Places, Role, TOKEN_ROLES } from "./compile.ts";
import { readImports, readModule } from "./imports.ts";
import { LineClasses } from "./lines.ts";
import { childByField, childByKind, follow } from "./field-path.ts";
import { halstead, maintainability } from "./formulas.ts";
import { beginFacts, type OpenFunction, openFunction } from "./open-function.ts";
import { calledLevel } from "./recursion.ts";
import { endOfLine, lastCharacter, signature } from "./signature.ts";
import { onlyWraps } from "./wrapper.ts";
import { Names, textOf } from "./names.ts";
import { hashText, TokenSet } from "./token-set.ts";

/** Everything one pass over a file's tree yields. */
export interface Extracted {
  lines: LineCounts;
  errorBytes: number;
  functions: FunctionFacts[];
  symbols: SymbolFacts[];
  imports: ImportFacts[];
  /** Declared packages or namespaces, in order of appearance. */
  modules: string[];
  /** Decisions outside any function. */
  topCyclomatic: number;
  topCognitive: number;
}

/** What an open node means when it closes: bits in `#mark`. */
const Mark = {
  function: 1,
  nest: 2,
  logical: 4,
  logicalRoot: 8,
  container: 16,
  detached: 32,
  header: 64,
  soft: 128,
} as const;

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
  readonly #lines = new LineClasses();
  readonly #tokenSet = new TokenSet();

  // The open ancestors of the node at hand.
  #ancestor = new Int32Array(256);
  #ancestorEnd = new Int32Array(256);
  #mark = new Uint8Array(256);
  #depth = 0;

  #nodes: Uint32Array = new Uint32Array(0);
  #text = "";
  #functions: OpenFunction[] = [];
  /** The innermost of them. */
  #inner: OpenFunction | undefined = undefined;
  /** One set of operator symbols per open function, a bit each. */
  #operatorSets: Uint32Array<ArrayBuffer>;
  readonly #operatorWords: number;
  #logical: number[] = [];
  #containers: OpenContainer[] = [];
  #nest = 0;
  /** How much of the nesting is by blocks that are no control structures. */
  #soft = 0;
  /** Per open `if`, and `elif`, the node behind its condition: what stands before is not nested in it. */
  #headerEnds: number[] = [];
  /** Ranges of nodes [from, to) whose decisions count nowhere; a function inside starts anew with [0, 0). */
  #detached: number[] = [];
  #ascii = true;
  #result: Extracted;

  constructor(language: CompiledLanguage) {
    this.#language = language;
    this.#names = new Names(language);
    this.#operatorWords = (language.symbols + 31) >> 5;
    this.#operatorSets = new Uint32Array(this.#operatorWords * 16);
    this.#result = emptyResult();
  }

  run(tree: FlatTree, text: string, bytes: number): Extracted {
    const { nodes, count } = tree;
    const { roles, interpolation } = this.#language;
    const lines = this.#lines;
    this.#nodes = nodes;
    this.#text = text;
    this.#ascii = bytes === text.length;
    this.#depth = 0;
    this.#functions = [];
    this.#inner = undefined;
    this.#logical = [];
    this.#containers = [];
    this.#nest = 0;
    this.#soft = 0;
    this.#headerEnds = [];
    this.#detached = [];
    this.#result = emptyResult();
    lines.reset(text);
    this.#tokenSet.startFile();
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
          if (role & Role.fixed) lines.fixedToken(nodes[at + ROW]!);
          else lines.token(nodes[at + ROW]!, start, stop, role);
          const inner = this.#inner;
          if (inner !== undefined) {
            if (role & Role.operator) this.#operator(inner, symbol);
            else if (role & Role.operand && !(role & Role.comment)) this.#operand(inner, start, stop);
          }
          if (role & Role.logicalOperator) this.#logicalOperator(node, symbol);
        }
        // What a leaf opens closes behind it.
        if (mark !== 0) closeAt = this.#push(node, end, mark);
        node = end;
      } else {
        closeAt = this.#push(node, end, mark);
        node++;
      }
    }
    this.#closeBefore(count);
    this.#finish();
    return this.#result;
  }

  /** Opens a node, and says where it closes: before any other that is open. */
  #push(node: number, end: number, mark: number): number {
    const depth = this.#depth++;
    if (depth === this.#ancestor.length) {
      this.#ancestor = widen(this.#ancestor);
      this.#ancestorEnd = widen(this.#ancestorEnd);
      const marks = new Uint8Array(depth * 2);
      marks.set(this.#mark);
      this.#mark = marks;
    }
    this.#ancestor[depth] = node;
    this.#ancestorEnd[depth] = end;
    this.#mark[depth] = mark;
    return end;
  }

  /** Closes what ends at or before a node, and says where the next one closes. */
  #closeBefore(node: number): number {
    const ends = this.#ancestorEnd;
    const marks = this.#mark;
    let depth = this.#depth;
    while (depth > 0 && ends[depth - 1]! <= node) {
      const mark = marks[--depth]!;
      if (mark === 0) continue;
      this.#depth = depth;
      this.#close(mark);
    }
    this.#depth = depth;
    return depth > 0 ? ends[depth - 1]! : node + 1;
  }

  #close(mark: number): void {
    if (mark & Mark.nest) this.#nest--;
    if (mark & Mark.soft) this.#soft--;
    if (mark & Mark.header) this.#headerEnds.pop();
    if (mark & Mark.logicalRoot) this.#logical.pop();
    if (mark & Mark.container) this.#containers.pop();
    if (mark & Mark.detached) this.#detached.length -= 2;
    if (mark & Mark.function) this.#closeFunction();
  }

  #parentSymbol(up = 1): number {
    const depth = this.#depth - up;
    return depth < 0 ? -1 : this.#nodes[this.#ancestor[depth]! * STRIDE]! & SYMBOL_MASK;
  }

  /** Whether a node stands where a place says. */
  #stands(places: Places, symbol: number, node: number, head: number): boolean {
    const conditions = places.get(symbol);
    if (conditions === undefined) return true;
    const parent = this.#parentSymbol();
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
    let mark = 0;
    if (role & Role.detached && this.#stands(language.detached, symbol, node, head))
      mark |= this.#detach(node, symbol);
    if (role & Role.decision && this.#stands(language.decisions, symbol, node, head)) this.#decide(node);
    if (role & Role.flat && this.#stands(language.flat, symbol, node, head)) {
      this.#increment(node, false);
      mark |= this.#header(node);
    }
    if (role & Role.if) {
      // In a chain the first `if` has deepened already, and the `else` in front has counted.
      if (!language.elseIf.has(symbol) || !this.#stands(language.elseIf, symbol, node, head)) {
        mark |= this.#structure(node);
      }
      mark |= this.#header(node);
    } else if (role & Role.structure && this.#stands(language.structures, symbol, node, head)) {
      mark |= this.#structure(node);
    } else if (role & Role.nest && this.#stands(language.nests, symbol, node, head)) {
      this.#nest++;
      this.#soft++;
      mark |= Mark.nest | Mark.soft;
    }
    if (role & Role.logicalNode && this.#isLogical(node)) {
      mark |= Mark.logical;
      if (!this.#continuesLogical()) {
        this.#logical.push(0);
        mark |= Mark.logicalRoot;
      }
    }
    if (role & Role.call) this.#call(node, symbol);
    if (role & Role.import)
      readImports(language, this.#nodes, this.#text, node, symbol, this.#result.imports);
    if (role & Role.module) readModule(language, this.#nodes, this.#text, node, symbol, this.#result.modules);
    if (role & Role.exportList) this.#names.noteExported(this.#nodes, this.#text, node, symbol);
    if (role & Role.type) mark |= this.#type(node, symbol);
    if (role & Role.value) this.#value(node, symbol);
    if (role & Role.function) mark |= this.#function(node, symbol);
    return mark;
  }

  #structure(node: number): number {
    this.#increment(node, true);
    this.#nest++;
    const inner = this.#inner;
    if (inner !== undefined) {
      const nesting = this.#nestingAt(node) - this.#soft - inner.structuresBase;
      if (nesting > inner.nesting) inner.nesting = nesting;
    }
    return Mark.nest;
  }

  /** Notes where the condition of an `if` ends. */
  #header(node: number): number {
    const { conditionField } = this.#language;
    const condition = conditionField === 0 ? -1 : childByField(this.#nodes, node, conditionField);
    if (condition < 0) return 0;
    this.#headerEnds.push(this.#nodes[condition * STRIDE + SUBTREE_END]!);
    return Mark.header;
  }

  /** Cognitive nesting at a node: what stands in the condition of an `if` is not nested in it. */
  #nestingAt(node: number): number {
    let nesting = this.#nest;
    for (const end of this.#headerEnds) if (node < end) nesting--;
    return nesting;
  }

  #detach(node: number, symbol: number): number {
    const { only } = this.#language.detached.get(symbol)?.[0] ?? { only: 0 };
    const from = only === 0 ? node : childByField(this.#nodes, node, only);
    this.#detached.push(from, from < 0 ? from : this.#nodes[from * STRIDE + SUBTREE_END]!);
    return Mark.detached;
  }

  #isDetached(node: number): boolean {
    const ranges = this.#detached;
    for (let at = ranges.length - 2; at >= 0 && ranges[at + 1] !== 0; at -= 2) {
      if (node >= ranges[at]! && node < ranges[at + 1]!) return true;
    }
    return false;
  }

  #decide(node: number): void {
    if (this.#detached.length > 0 && this.#isDetached(node)) return;
    const open = this.#functions;
    let level = open.length - 1;
    while (level >= 0 && node < open[level]!.nameEnd) level--;
    if (level < 0) this.#result.topCyclomatic++;
    else open[level]!.cyclomatic++;
  }

  /** Adds to every open function: 1, and for structures the nesting as that function sees it. */
  #increment(node: number, structural: boolean): void {
    const nesting = structural ? this.#nestingAt(node) : 0;
    for (const one of this.#functions) {
      one.cognitive += 1 + (structural ? nesting - one.base : 0);
      if (structural) one.allStructures++;
    }
    const inner = this.#inner;
    if (inner === undefined) {
      this.#result.topCognitive += 1 + nesting;
      return;
    }
    inner.ownCognitive += 1 + (structural ? nesting - inner.base : 0);
    if (structural) inner.ownStructures++;
  }

  #isLogical(node: number): boolean {
    const nodes = this.#nodes;
    const end = nodes[node * STRIDE + SUBTREE_END]!;
    for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
      const head = nodes[child * STRIDE]!;
      if (this.#language.roles[head & SYMBOL_MASK]! & Role.logicalOperator && !(head & NAMED)) return true;
    }
    return false;
  }

  #continuesLogical(): boolean {
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      if (this.#mark[depth]! & Mark.logical) return true;
      const symbol = this.#nodes[this.#ancestor[depth]! * STRIDE]! & SYMBOL_MASK;
      if (!(this.#language.roles[symbol]! & Role.parenthesis)) return false;
    }
    return false;
  }

  #logicalOperator(node: number, symbol: number): void {
    if (this.#depth === 0 || !(this.#mark[this.#depth - 1]! & Mark.logical)) return;
    this.#decide(node);
    const last = this.#logical.length - 1;
    if (this.#logical[last] !== symbol) {
      this.#logical[last] = symbol;
      this.#increment(node, false);
    }
  }

  #call(node: number, symbol: number): void {
    const open = this.#functions;
    if (open.length === 0) return;
    const level = calledLevel(this.#language, this.#nodes, this.#text, node, symbol, open);
    if (level < 0) return;
    open[level]!.recursive = true;
    for (let outer = 0; outer <= level; outer++) open[outer]!.cognitive++;
    open[level]!.ownCognitive++;
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
      this.#symbol(node, found.name, found.kind, found.body, joinNames(this.#containerName(), scope));
    const name = isNamespace ? found.name.replace(/::|\\/g, ".") : found.name;
    this.#containers.push({ name: joinNames(scope, name), isType: true, isNamespace });
    return found.holdsRest ? 0 : Mark.container;
  }

  #value(node: number, symbol: number): void {
    const inner = this.#containers.at(-1);
    if (this.#functions.length > 0 || (inner !== undefined && !inner.isType)) return;
    const found = this.#names.values(
      this.#nodes,
      this.#text,
      node,
      symbol,
      this.#parentNode(),
      this.#parentSymbol(2),
    );
    for (const name of found?.names ?? []) this.#symbol(node, name, found!.kind, -1);
  }

  #parentNode(up = 1): number {
    const depth = this.#depth - up;
    return depth < 0 ? -1 : this.#ancestor[depth]!;
  }

  #symbol(node: number, name: string, kind: string, body: number, container = this.#containerName()): void {
    const nodes = this.#nodes;
    const at = node * STRIDE;
    const start = nodes[at + START]!;
    const stop = body >= 0 ? nodes[body * STRIDE + START]! : endOfLine(this.#text, start, nodes[at + END]!);
    const facts: SymbolFacts = {
      name,
      kind,
      signature: signature(this.#text, start, stop),
      line: nodes[at + ROW]! + 1,
      endLine: 0,
      exported:
        this.#functions.length === 0 &&
        this.#names.isExported(nodes, this.#text, node, name, this.#ancestor, this.#depth),
    };
    if (container !== undefined) facts.container = container;
    this.#result.symbols.push(facts);
    this.#symbolEnds.push(nodes[at + END]!);
  }
  #symbolEnds: number[] = [];

  #function(node: number, symbol: number): number {
    const inner = this.#containers.at(-1);
    const found = this.#names.function(this.#nodes, this.#text, node, symbol, {
      ancestors: this.#ancestor,
      depth: this.#depth,
      inFunction: this.#functions.length > 0,
      inType: inner?.isType === true && !inner.isNamespace,
      container: inner?.name,
    });
    if (found === undefined) return 0;
    const around = this.#containerName();
    const container = found.receiver === undefined ? around : joinNames(around, found.receiver);
    const nodes = this.#nodes;
    const named = found.name !== "";
    if (found.isDeclaration) {
      if (named) this.#symbol(node, found.name, found.kind, -1, container);
      return 0;
    }
    const nested = this.#functions.length > 0;
    const facts = beginFacts(nodes, node, found, container, nested);
    this.#result.functions.push(facts);
    const isLambda = found.kind === "lambda";
    if (named && found.isListed && !(isLambda && nested)) {
      this.#symbol(node, found.name, isLambda ? "function" : found.kind, found.body, container);
      if (isLambda) this.#names.noteLambda(facts);
    }
    if (nested) this.#nest++;
    const base = this.#nestingAt(node);
    this.#inner = openFunction(node, found, facts, {
      base,
      structuresBase: base - this.#soft,
      operatorSet: this.#emptyOperatorSet(),
      onlyWraps: onlyWraps(this.#language, nodes, found.body),
    });
    this.#functions.push(this.#inner);
    this.#containers.push({
      name: joinNames(found.receiver, facts.name),
      isType: false,
      isNamespace: false,
    });
    // A function inside a detached place (a class's field) is its own again.
    this.#detached.push(0, 0);
    return Mark.function | Mark.container | Mark.detached | (nested ? Mark.nest : 0);
  }

  #closeFunction(): void {
    const done = this.#functions.pop()!;
    const wraps =
      this.#language.data.cognitive.wrapper === "no-structure" ? done.ownStructures === 0 : done.onlyWraps;
    if (wraps) done.takenBack += done.innerStructures;
    const { facts } = done;
    facts.cyclomatic = done.cyclomatic;
    facts.cognitive = done.cognitive - done.takenBack;
    facts.ownCognitive = done.ownCognitive;
    facts.nesting = done.nesting;
    facts.errorBytes = done.errorBytes;
    facts.halstead = halstead(done.distinctOperators, done.distinctOperands, done.operators, done.operands);
    const outer = this.#functions.at(-1);
    this.#inner = outer;
    if (outer !== undefined) {
      outer.innerStructures += done.allStructures;
      outer.takenBack += done.takenBack;
    }
  }

  #emptyOperatorSet(): number {
    const from = this.#functions.length * this.#operatorWords;
    const to = from + this.#operatorWords;
    if (to > this.#operatorSets.length) {
      const wider = new Uint32Array(this.#operatorSets.length * 2);
      wider.set(this.#operatorSets);
      this.#operatorSets = wider;
    }
    this.#operatorSets.fill(0, from, to);
    return from;
  }

  #operator(inner: OpenFunction, symbol: number): void {
    inner.operators++;
    const word = inner.operatorSet + (symbol >> 5);
    const bit = 1 << (symbol & 31);
    const seen = this.#operatorSets[word]!;
    if (seen & bit) return;
    this.#operatorSets[word] = seen | bit;
    inner.distinctOperators++;
  }

  #operand(inner: OpenFunction, start: number, end: number): void {
    inner.operands++;
    if (this.#tokenSet.add(hashText(this.#text, start, end), inner.node)) inner.distinctOperands++;
  }

  #error(start: number, end: number): void {
    const bytes = this.#ascii ? end - start : Buffer.byteLength(this.#text.slice(start, end));
    this.#result.errorBytes += bytes;
    for (const one of this.#functions) one.errorBytes += bytes;
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

function emptyResult(): Extracted {
  return {
    lines: { code: 0, comment: 0, blank: 0 },
    errorBytes: 0,
    functions: [],
    symbols: [],
    imports: [],
    modules: [],
    topCyclomatic: 0,
    topCognitive: 0,
  };
}

function joinNames(outer: string | undefined, inner: string): string;
function joinNames(outer: string | undefined, inner: string | undefined): string | undefined;
function joinNames(outer: string | undefined, inner: string | undefined): string | undefined {
  return outer === undefined || inner === undefined ? (outer ?? inner) : `${outer}.${inner}`;
}

function widen(old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(old.length * 2);
  wider.set(old);
  return wider;
}
