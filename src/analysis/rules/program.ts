import type { FileFindings } from "../findings/file-findings.ts";
import type { LoadedGrammar } from "../parse/parsers.ts";
import type { FlatTree } from "../parse/flat-tree.ts";
import { Anchors } from "./anchors.ts";
import { compileFormula, type FormulaContext, FormulaProblem } from "./evaluate/compile-formula.ts";
import type { CompiledFormula, CompiledPattern } from "./evaluate/compiled-formula.ts";
import { evaluate, type Evaluation } from "./evaluate/evaluate-formula.ts";
import { findMatches, type Match } from "./match/find-matches.ts";
import { Matcher, TooManyStepsError } from "./match/matcher.ts";
import { Source } from "./match/source.ts";
import { Slots } from "./pattern/pattern.ts";
import { report } from "./report-match.ts";
import type { Rule } from "./rule.ts";
import { Is, type CompiledSyntax } from "./syntax/compile-syntax.ts";
import { type CompiledTaint, compileTaint } from "./taint/compile-taint.ts";
import { findFlows } from "./taint/find-flows.ts";

export interface CompiledRule {
  rule: Rule;
  slots: Slots;
  formula: CompiledFormula | undefined;
  taint: CompiledTaint | undefined;
}

export interface ProgramProblem {
  rule: Rule;
  error: FormulaProblem;
}

/**
 * All rules of one language, compiled for its grammar. A file goes through once to see which names it has; only rules
 * whose names are all there are looked at, and only at nodes of the kinds that their patterns begin with.
 */
export class Program {
  readonly problems: ProgramProblem[] = [];
  readonly #syntax: CompiledSyntax | undefined;
  readonly #rules: CompiledRule[] = [];
  readonly #patterns: CompiledPattern[] = [];
  readonly #anchors = new Anchors();

  /** Without grammar and syntax: rules that look at any text. */
  constructor(
    rules: readonly Rule[],
    language: { grammar: LoadedGrammar; syntax: CompiledSyntax } | undefined,
  ) {
    this.#syntax = language?.syntax;
    for (const rule of rules) {
      try {
        this.#rules.push(this.#compile(rule, language));
      } catch (error) {
        if (!(error instanceof FormulaProblem)) throw error;
        this.problems.push({ rule, error });
      }
    }
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  #compile(
    rule: Rule,
    language: { grammar: LoadedGrammar; syntax: CompiledSyntax } | undefined,
  ): CompiledRule {
    const slots = new Slots();
    const context: FormulaContext = {
      pattern: language === undefined ? undefined : { ...language, slots },
      slotOf: (name) => slots.of(name),
      slotCount: () => slots.names.length,
      patterns: this.#patterns,
      anchor: (name) => this.#anchors.number(name),
    };
    return {
      rule,
      slots,
      formula: rule.formula === undefined ? undefined : compileFormula(rule.formula, context),
      taint: rule.taint === undefined ? undefined : compileTaint(rule.taint, context),
    };
  }

  /** Adds what the rules find in one file. `tree` is undefined for text without a grammar. */
  run(tree: FlatTree | undefined, text: string, findings: FileFindings): void {
    if (this.#rules.length === 0) return;
    const run = new FileRun(this.#syntax, this.#patterns, this.#anchors, tree, text);
    for (const compiled of this.#rules) {
      if (!run.isPossible(compiled)) continue;
      try {
        if (compiled.taint !== undefined) {
          for (const flow of findFlows(compiled.taint, run)) report(compiled, flow.sink, run, findings, flow);
        } else {
          for (const match of evaluate(compiled.formula!, run)) report(compiled, match, run, findings);
        }
      } catch (error) {
        if (!(error instanceof TooManyStepsError)) throw error;
        findings.giveUp(compiled.rule.id);
      }
    }
  }
}

const ANYWHERE = Is.named | Is.significant;

/** One file on its way through a program. What several rules need is made once. */
class FileRun implements Evaluation {
  readonly text: string;
  readonly source: Source | undefined;
  readonly #patterns: readonly CompiledPattern[];
  readonly #present: Uint8Array;
  readonly #matches = new Map<number, Match[]>();
  #matcher: Matcher | undefined;
  #bySymbol: { from: Uint32Array; nodes: Uint32Array } | undefined;

  constructor(
    syntax: CompiledSyntax | undefined,
    patterns: readonly CompiledPattern[],
    anchors: Anchors,
    tree: FlatTree | undefined,
    text: string,
  ) {
    this.text = text;
    this.#patterns = patterns;
    const isCode = tree !== undefined && syntax !== undefined;
    this.source = isCode ? new Source(tree, text, syntax) : undefined;
    this.#present = isCode ? anchors.present(tree, text, syntax) : new Uint8Array(0);
  }

  /** False where a name that the rule needs does not stand in the file. */
  isPossible({ formula, taint }: CompiledRule): boolean {
    if (formula !== undefined) return this.#mayMatch(formula);
    return (
      taint!.sources.some((item) => this.#mayMatch(item)) && taint!.sinks.some((item) => this.#mayMatch(item))
    );
  }

  #mayMatch(formula: CompiledFormula): boolean {
    switch (formula.type) {
      case "pattern":
        return this.#patterns[formula.index]!.anchors.every((anchor) => this.#present[anchor] === 1);
      case "regex":
        return true;
      case "any":
        return formula.items.some((item) => this.#mayMatch(item));
      case "all":
        return (
          formula.positives.every((item) => this.#mayMatch(item)) &&
          formula.insides.every((item) => this.#mayMatch(item))
        );
    }
  }

  matchesOf(index: number): readonly Match[] {
    const known = this.#matches.get(index);
    if (known !== undefined) return known;
    const { pattern, slots, roots, anchors } = this.#patterns[index]!;
    const possible = this.source !== undefined && anchors.every((anchor) => this.#present[anchor] === 1);
    this.#matcher ??= this.source === undefined ? undefined : new Matcher(this.source);
    const found = possible ? findMatches(this.#matcher!, pattern, slots(), this.#nodes(roots)) : [];
    this.#matches.set(index, found);
    return found;
  }

  /** Nodes of some kinds, in order. */
  *#nodes(roots: readonly number[] | undefined): Generator<number> {
    const source = this.source!;
    if (roots === undefined) {
      for (let node = 0; node < source.count; node++)
        if (
          (source.is(node) & ANYWHERE) === ANYWHERE &&
          source.unwrap(node) === node &&
          source.namedPart(node) < 0
        )
          yield node;
      return;
    }
    const { from, nodes } = (this.#bySymbol ??= bySymbol(source));
    for (const symbol of roots) for (let at = from[symbol]!; at < from[symbol + 1]!; at++) yield nodes[at]!;
  }
}

/** Nodes sorted by symbol: those of a symbol stand from `from[symbol]` to `from[symbol + 1]`. */
function bySymbol(source: Source): { from: Uint32Array; nodes: Uint32Array } {
  const symbols = source.syntax.language.nodeTypeCount + 1;
  const from = new Uint32Array(symbols + 2);
  const { count } = source;
  for (let node = 0; node < count; node++) from[Math.min(source.symbol(node), symbols) + 1]!++;
  for (let symbol = 0; symbol <= symbols; symbol++) from[symbol + 1]! += from[symbol]!;
  const next = from.slice();
  const nodes = new Uint32Array(count);
  for (let node = 0; node < count; node++) nodes[next[Math.min(source.symbol(node), symbols)]!++] = node;
  return { from, nodes };
}
