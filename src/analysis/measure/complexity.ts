import type { FunctionFacts } from "../facts.ts";
import { NAMED, STRIDE, SUBTREE_END, SYMBOL_MASK } from "../parse/flat-tree.ts";
import type { CompiledLanguage } from "./compiled-language.ts";
import type { Extracted } from "./extracted.ts";
import { childByField } from "./field-path.ts";
import { halstead } from "./formulas.ts";
import type { FoundFunction } from "./names.ts";
import { type OpenFunction, openFunction } from "./open-function.ts";
import type { OpenNodes } from "./open-nodes.ts";
import { calledLevel } from "./recursion.ts";
import { Role } from "./roles.ts";
import { onlyWraps } from "./wrapper.ts";

/** What an open node means when it closes: bits of its mark in `OpenNodes`. */
export const Mark = {
  function: 1,
  nest: 2,
  logical: 4,
  logicalRoot: 8,
  container: 16,
  detached: 32,
  header: 64,
  soft: 128,
} as const;

/** Cyclomatic and cognitive complexity of the functions that are open, and of what stands outside of them. */
export class Complexity {
  readonly #language: CompiledLanguage;
  readonly #open: OpenNodes;
  #nodes: Uint32Array = new Uint32Array(0);
  #result: Pick<Extracted, "topCyclomatic" | "topCognitive"> = { topCyclomatic: 0, topCognitive: 0 };
  #functions: OpenFunction[] = [];
  /** The innermost of them. */
  #inner: OpenFunction | undefined = undefined;
  #logical: number[] = [];
  #nest = 0;
  /** How much of the nesting is by blocks that are no control structures. */
  #soft = 0;
  /** Per open `if`, and `elif`, the node behind its condition: what stands before is not nested in it. */
  #headerEnds: number[] = [];
  /** Ranges of nodes [from, to) whose decisions count nowhere; a function inside starts anew with [0, 0). */
  #detached: number[] = [];

  constructor(language: CompiledLanguage, open: OpenNodes) {
    this.#language = language;
    this.#open = open;
  }

  /** What stands outside of functions is added to `result`. */
  startFile(nodes: Uint32Array, result: Pick<Extracted, "topCyclomatic" | "topCognitive">): void {
    this.#nodes = nodes;
    this.#result = result;
    this.#functions = [];
    this.#inner = undefined;
    this.#logical = [];
    this.#nest = 0;
    this.#soft = 0;
    this.#headerEnds = [];
    this.#detached = [];
  }

  /** Outermost first. */
  get functions(): readonly OpenFunction[] {
    return this.#functions;
  }

  get inner(): OpenFunction | undefined {
    return this.#inner;
  }

  /** A control structure: counts, with its nesting, and nests what is inside. */
  structure(node: number): number {
    this.increment(node, true);
    this.#nest++;
    const inner = this.#inner;
    if (inner !== undefined) {
      const nesting = this.#nestingAt(node) - this.#soft - inner.structuresBase;
      if (nesting > inner.nesting) inner.nesting = nesting;
    }
    return Mark.nest;
  }

  /** A block that nests what is inside and is no control structure. */
  softNest(): number {
    this.#nest++;
    this.#soft++;
    return Mark.nest | Mark.soft;
  }

  /** Notes where the condition of an `if` ends. */
  header(node: number): number {
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

  /** Decisions in the node, or in one field of it, belong to nobody. */
  detach(node: number, symbol: number): number {
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

  decide(node: number): void {
    if (this.#detached.length > 0 && this.#isDetached(node)) return;
    const open = this.#functions;
    let level = open.length - 1;
    while (level >= 0 && node < open[level]!.nameEnd) level--;
    if (level < 0) this.#result.topCyclomatic++;
    else open[level]!.cyclomatic++;
  }

  /** Adds to every open function: 1, and for structures the nesting as that function sees it. */
  increment(node: number, structural: boolean): void {
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

  /** A node that may be a logical operation: one run of operators is one increment. */
  logical(node: number): number {
    if (!this.#isLogical(node)) return 0;
    if (this.#continuesLogical()) return Mark.logical;
    this.#logical.push(0);
    return Mark.logical | Mark.logicalRoot;
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
    const open = this.#open;
    for (let up = 1; up <= open.depth; up++) {
      if (open.parentMark(up) & Mark.logical) return true;
      if (!(this.#language.roles[open.parentSymbol(up)]! & Role.parenthesis)) return false;
    }
    return false;
  }

  logicalOperator(node: number, symbol: number): void {
    if (!(this.#open.parentMark() & Mark.logical)) return;
    this.decide(node);
    const last = this.#logical.length - 1;
    if (this.#logical[last] !== symbol) {
      this.#logical[last] = symbol;
      this.increment(node, false);
    }
  }

  /** Recursion counts, once. */
  call(node: number, symbol: number, text: string): void {
    const open = this.#functions;
    if (open.length === 0) return;
    const level = calledLevel(this.#language, this.#nodes, text, node, symbol, open);
    if (level < 0) return;
    open[level]!.recursive = true;
    for (let outer = 0; outer <= level; outer++) open[outer]!.cognitive++;
    open[level]!.ownCognitive++;
  }

  openFunction(node: number, found: FoundFunction, facts: FunctionFacts, operatorSet: number): number {
    const nested = this.#functions.length > 0;
    if (nested) this.#nest++;
    const base = this.#nestingAt(node);
    this.#inner = openFunction(node, found, facts, {
      base,
      structuresBase: base - this.#soft,
      operatorSet,
      onlyWraps: onlyWraps(this.#language, this.#nodes, found.body),
    });
    this.#functions.push(this.#inner);
    // A function inside a detached place (a class's field) is its own again.
    this.#detached.push(0, 0);
    return Mark.function | Mark.detached | (nested ? Mark.nest : 0);
  }

  /** Undoes what opening a node has done. */
  close(mark: number): void {
    if (mark & Mark.nest) this.#nest--;
    if (mark & Mark.soft) this.#soft--;
    if (mark & Mark.header) this.#headerEnds.pop();
    if (mark & Mark.logicalRoot) this.#logical.pop();
    if (mark & Mark.detached) this.#detached.length -= 2;
    if (mark & Mark.function) this.#closeFunction();
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
}
