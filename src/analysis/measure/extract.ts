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
import { type CompiledLanguage, type Places, Role, Token } from "./compile.ts";
import { readImports, readModule } from "./imports.ts";
import { LineClasses } from "./lines.ts";
import { childByKind, childByField } from "./field-path.ts";
import { halstead, maintainability } from "./formulas.ts";
import { Names } from "./names.ts";
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
  unnest: 64,
} as const;

interface OpenFunction {
  node: number;
  name: string;
  /** Cognitive nesting outside of it. */
  base: number;
  cyclomatic: number;
  /** Sum of increments, before wrappers are taken back. */
  cognitive: number;
  /** Structural increments in its own body, and in all functions inside. */
  ownStructures: number;
  allStructures: number;
  /** What is taken back because a wrapper does not deepen (white paper). */
  takenBack: number;
  innerStructures: number;
  nesting: number;
  recursive: boolean;
  onlyWraps: boolean;
  distinctOperators: number;
  distinctOperands: number;
  operators: number;
  operands: number;
  errorBytes: number;
  facts: FunctionFacts;
}

interface OpenContainer {
  name: string;
  isType: boolean;
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
  #logical: number[] = [];
  #containers: OpenContainer[] = [];
  #nest = 0;
  #detached = 0;
  #ascii = true;
  #result: Extracted;

  constructor(language: CompiledLanguage) {
    this.#language = language;
    this.#names = new Names(language);
    this.#result = emptyResult();
  }

  run(tree: FlatTree, text: string, bytes: number): Extracted {
    const { nodes, count } = tree;
    const { roles, tokens } = this.#language;
    this.#nodes = nodes;
    this.#text = text;
    this.#ascii = bytes === text.length;
    this.#depth = 0;
    this.#functions = [];
    this.#logical = [];
    this.#containers = [];
    this.#nest = 0;
    this.#detached = 0;
    this.#result = emptyResult();
    this.#lines.reset(text);
    this.#tokenSet.startFile();
    let errorEnd = 0;

    for (let node = 0; node < count;) {
      while (this.#depth > 0 && this.#ancestorEnd[this.#depth - 1]! <= node) this.#close();
      const at = node * STRIDE;
      const head = nodes[at]!;
      const symbol = head & SYMBOL_MASK;
      const role = roles[symbol]!;
      const end = nodes[at + SUBTREE_END]!;
      if (role & (Role.comment | Role.literal)) {
        const comment = (role & Role.comment) !== 0;
        this.#lines.token(nodes[at + START]!, nodes[at + END]!, comment);
        if (!comment) this.#operand(nodes[at + START]!, nodes[at + END]!);
        node = end;
        continue;
      }
      let mark = 0;
      if (role !== 0) {
        if (role & Role.error && nodes[at + START]! >= errorEnd) {
          errorEnd = nodes[at + END]!;
          this.#error(nodes[at + START]!, errorEnd);
        }
        mark = this.#enter(node, symbol, role, head);
      }
      if (end === node + 1) {
        const token = tokens[symbol]!;
        const start = nodes[at + START]!;
        const stop = nodes[at + END]!;
        this.#lines.token(start, stop, false);
        if (token === Token.operator) {
          this.#operator(symbol);
          if (role & Role.logicalOperator) this.#logicalOperator(symbol);
        } else if (token === Token.operand && head & NAMED) this.#operand(start, stop);
        if (mark !== 0) this.#push(node, end, mark);
      } else this.#push(node, end, mark);
      node++;
    }
    while (this.#depth > 0) this.#close();
    this.#finish();
    return this.#result;
  }

  #push(node: number, end: number, mark: number): void {
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
  }

  #close(): void {
    const mark = this.#mark[--this.#depth]!;
    if (mark === 0) return;
    if (mark & Mark.nest) this.#nest--;
    if (mark & Mark.unnest) this.#nest++;
    if (mark & Mark.logicalRoot) this.#logical.pop();
    if (mark & Mark.container) this.#containers.pop();
    if (mark & Mark.detached) this.#detached--;
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
        (condition.hasNot === 0 || childByKind(this.#nodes, node, condition.hasNot) < 0),
    );
  }

  /** Handles a node with a role, and says what has to happen when it closes. */
  #enter(node: number, symbol: number, role: number, head: number): number {
    const language = this.#language;
    let mark = 0;
    if (role & Role.detached && this.#stands(language.detached, symbol, node, head)) {
      this.#detached++;
      mark |= Mark.detached;
    }
    if (role & Role.decision && this.#stands(language.decisions, symbol, node, head)) this.#decide();
    if (role & Role.flat && this.#stands(language.flat, symbol, node, head)) this.#increment(false);
    if (role & Role.if) {
      if (language.elseIf.has(symbol) && this.#stands(language.elseIf, symbol, node, head)) {
        // The chain's first `if` has deepened already, and the `else` in front has counted.
        this.#noteNesting(this.#nest);
      } else {
        this.#increment(true);
        this.#nest++;
        mark |= Mark.nest;
        this.#noteNesting(this.#nest);
      }
    } else if (role & Role.structure && this.#stands(language.structures, symbol, node, head)) {
      this.#increment(true);
      this.#nest++;
      mark |= Mark.nest;
      this.#noteNesting(this.#nest);
    }
    if (language.conditionField !== 0 && ((head >>> FIELD_SHIFT) & FIELD_MASK) === language.conditionField) {
      mark |= this.#unnestCondition();
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

  /** What stands in the condition of an `if` is not nested in it. */
  #unnestCondition(): number {
    const parent = this.#depth - 1;
    if (parent < 0 || !(this.#mark[parent]! & Mark.nest)) return 0;
    if (!(this.#language.roles[this.#parentSymbol()]! & Role.if)) return 0;
    this.#nest--;
    return Mark.unnest;
  }

  #decide(): void {
    if (this.#detached > 0) return;
    const inner = this.#functions.at(-1);
    if (inner === undefined) this.#result.topCyclomatic++;
    else inner.cyclomatic++;
  }

  /** Adds to every open function: 1, and for structures the nesting as that function sees it. */
  #increment(structural: boolean): void {
    const open = this.#functions;
    for (const one of open) {
      one.cognitive += 1 + (structural ? this.#nest - one.base : 0);
      if (structural) one.allStructures++;
    }
    const inner = open.at(-1);
    if (inner === undefined) this.#result.topCognitive += 1 + (structural ? this.#nest : 0);
    else if (structural) inner.ownStructures++;
  }

  #noteNesting(level: number): void {
    const inner = this.#functions.at(-1);
    if (inner !== undefined && level - inner.base > inner.nesting) inner.nesting = level - inner.base;
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

  #logicalOperator(symbol: number): void {
    if (this.#depth === 0 || !(this.#mark[this.#depth - 1]! & Mark.logical)) return;
    this.#decide();
    const last = this.#logical.length - 1;
    if (this.#logical[last] !== symbol) {
      this.#logical[last] = symbol;
      this.#increment(false);
    }
  }

  #call(node: number, symbol: number): void {
    const inner = this.#functions.at(-1);
    if (inner === undefined || inner.recursive || inner.name === "") return;
    const call = this.#language.calls.get(symbol)!;
    const nodes = this.#nodes;
    const callee = childByField(nodes, node, call.callee);
    if (callee < 0) return;
    const start = nodes[callee * STRIDE + START]!;
    const length = nodes[callee * STRIDE + END]! - start;
    if (length < inner.name.length || length > inner.name.length + 8) return;
    const written = this.#text.slice(start, start + length);
    const prefixes = this.#language.data.selfPrefixes ?? [];
    if (written !== inner.name && !prefixes.some((prefix) => written === prefix + inner.name)) return;
    const receiver = call.receiver === 0 ? -1 : childByField(nodes, node, call.receiver);
    if (receiver >= 0) {
      const text = this.#text.slice(nodes[receiver * STRIDE + START]!, nodes[receiver * STRIDE + END]!);
      if (!prefixes.some((prefix) => prefix.startsWith(text) && prefix.length <= text.length + 2)) return;
    }
    inner.recursive = true;
    this.#increment(false);
  }

  #containerName(): string | undefined {
    if (this.#containers.length === 0) return undefined;
    return this.#containers.map((one) => one.name).join(".");
  }

  #type(node: number, symbol: number): number {
    const found = this.#names.type(this.#nodes, this.#text, node, symbol);
    if (found === undefined) return 0;
    if (!found.containerOnly) this.#symbol(node, found.name, found.kind, found.body);
    this.#containers.push({ name: found.name, isType: true });
    return Mark.container;
  }

  #value(node: number, symbol: number): void {
    const inner = this.#containers.at(-1);
    if (this.#functions.length > 0 || (inner !== undefined && !inner.isType)) return;
    const found = this.#names.value(
      this.#nodes,
      this.#text,
      node,
      symbol,
      this.#parentSymbol(),
      this.#parentNode(),
    );
    if (found !== undefined) this.#symbol(node, found.name, found.kind, -1);
  }

  #parentNode(up = 1): number {
    const depth = this.#depth - up;
    return depth < 0 ? -1 : this.#ancestor[depth]!;
  }

  #symbol(node: number, name: string, kind: string, body: number, container = this.#containerName()): void {
    const nodes = this.#nodes;
    const at = node * STRIDE;
    const start = nodes[at + START]!;
    const stop = body >= 0 ? nodes[body * STRIDE + START]! : nodes[at + END]!;
    this.#result.symbols.push({
      name,
      kind,
      ...(container === undefined ? {} : { container }),
      signature: signature(this.#text, start, stop),
      line: nodes[at + ROW]! + 1,
      endLine: 0,
      exported:
        this.#functions.length === 0 &&
        this.#names.isExported(nodes, this.#text, node, name, this.#ancestor, this.#depth),
    });
    this.#symbolEnds.push(nodes[at + END]!);
  }
  #symbolEnds: number[] = [];

  #function(node: number, symbol: number): number {
    const inType = this.#containers.at(-1)?.isType === true;
    const found = this.#names.function(this.#nodes, this.#text, node, symbol, this.#parentNode(), inType);
    if (found === undefined) return 0;
    const container = found.receiver ?? this.#containerName();
    const nodes = this.#nodes;
    const named = found.name !== "";
    const facts: FunctionFacts = {
      name: named ? found.name : "(anonymous)",
      kind: found.kind,
      ...(container === undefined ? {} : { container }),
      line: nodes[node * STRIDE + ROW]! + 1,
      endLine: nodes[node * STRIDE + END]!, // a position until #finish knows the rows
      parameters: found.parameters,
      nesting: 0,
      cyclomatic: 1,
      cognitive: 0,
      halstead: {
        distinctOperators: 0,
        distinctOperands: 0,
        operators: 0,
        operands: 0,
        volume: 0,
        difficulty: 0,
        effort: 0,
      },
      maintainability: 0,
      errorBytes: 0,
      code: 0,
    };
    this.#result.functions.push(facts);
    if (named && (found.kind !== "lambda" || this.#functions.length === 0)) {
      this.#symbol(
        node,
        found.name,
        found.kind === "lambda" ? "function" : found.kind,
        found.body,
        container,
      );
    }
    const nests = this.#functions.length > 0;
    if (nests) this.#nest++;
    this.#functions.push({
      node,
      name: found.name,
      base: this.#nest,
      cyclomatic: 1,
      cognitive: 0,
      ownStructures: 0,
      allStructures: 0,
      takenBack: 0,
      innerStructures: 0,
      nesting: 0,
      recursive: false,
      onlyWraps: this.#onlyWraps(found.body),
      distinctOperators: 0,
      distinctOperands: 0,
      operators: 0,
      operands: 0,
      errorBytes: 0,
      facts,
    });
    this.#containers.push({ name: facts.name, isType: false });
    // A function inside a detached place (a class's field) is its own again.
    this.#detachedStack.push(this.#detached);
    this.#detached = 0;
    return Mark.function | Mark.container | (nests ? Mark.nest : 0);
  }
  #detachedStack: number[] = [];

  /** For languages whose wrappers are told by the kinds in their body. */
  #onlyWraps(body: number): boolean {
    const allowed = this.#language.wrapperKinds;
    if (allowed === undefined || body < 0) return false;
    const nodes = this.#nodes;
    const end = nodes[body * STRIDE + SUBTREE_END]!;
    for (let child = body + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
      const head = nodes[child * STRIDE]!;
      if (head & NAMED && !allowed.has(head & SYMBOL_MASK)) return false;
    }
    return true;
  }

  #closeFunction(): void {
    const done = this.#functions.pop()!;
    this.#detached = this.#detachedStack.pop()!;
    const wraps =
      this.#language.data.cognitive.wrapper === "no-structure" ? done.ownStructures === 0 : done.onlyWraps;
    if (wraps) done.takenBack += done.innerStructures;
    const { facts } = done;
    facts.cyclomatic = done.cyclomatic;
    facts.cognitive = done.cognitive - done.takenBack;
    facts.nesting = done.nesting;
    facts.errorBytes = done.errorBytes;
    const { distinctOperators, distinctOperands, operators, operands } = done;
    const counts = { distinctOperators, distinctOperands, operators, operands };
    facts.halstead = { ...counts, ...halstead(counts) };
    const outer = this.#functions.at(-1);
    if (outer !== undefined) {
      outer.innerStructures += done.allStructures;
      outer.takenBack += done.takenBack;
    }
  }

  #operator(symbol: number): void {
    const inner = this.#functions.at(-1);
    if (inner === undefined) return;
    inner.operators++;
    // Operators and operands of one function are two owners: a symbol number may equal a hash.
    if (this.#tokenSet.add(symbol, inner.node * 2)) inner.distinctOperators++;
  }

  #operand(start: number, end: number): void {
    const inner = this.#functions.at(-1);
    if (inner === undefined || end === start) return;
    inner.operands++;
    if (this.#tokenSet.add(hashText(this.#text, start, end), inner.node * 2 + 1)) inner.distinctOperands++;
  }

  #error(start: number, end: number): void {
    const bytes = this.#ascii ? end - start : Buffer.byteLength(this.#text.slice(start, end));
    this.#result.errorBytes += bytes;
    for (const one of this.#functions) one.errorBytes += bytes;
  }

  #finish(): void {
    const lines = this.#lines;
    const result = this.#result;
    result.lines = lines.totals();
    const codeBefore = lines.codeBefore();
    for (const facts of result.functions) {
      const end = lines.rowOf(lastCharacter(this.#text, facts.endLine));
      facts.endLine = Math.max(end + 1, facts.line);
      facts.code = codeBefore[facts.endLine]! - codeBefore[facts.line - 1]!;
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

function widen(old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(old.length * 2);
  wider.set(old);
  return wider;
}

/** The last position of a node that is not a line end: some grammars let a node swallow the newline behind it. */
function lastCharacter(text: string, end: number): number {
  let at = end - 1;
  while (at > 0 && (text.charCodeAt(at) === 10 || text.charCodeAt(at) === 13)) at--;
  return Math.max(at, 0);
}

const SIGNATURE_LENGTH = 160;

function signature(text: string, start: number, stop: number): string {
  // Long initialisers are cut before they are folded; 4× leaves room for indentation.
  const raw = text.slice(start, Math.min(stop, start + SIGNATURE_LENGTH * 4));
  const folded = raw.replace(/\s+/g, " ").trim();
  return folded.length > SIGNATURE_LENGTH ? `${folded.slice(0, SIGNATURE_LENGTH - 1)}…` : folded;
}
