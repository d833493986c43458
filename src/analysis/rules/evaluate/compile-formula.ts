import { compilePattern, type PatternContext } from "../pattern/compile-pattern.ts";
import { anchorsOf } from "../pattern/pattern.ts";
import { compileRegex } from "../pattern/regex.ts";
import { rootSymbols } from "../match/find-matches.ts";
import type { Condition, Formula, Term } from "../rule.ts";
import { compileComparison } from "./comparison.ts";
import type { CompiledCondition, CompiledFormula, CompiledPattern, GroupSlot } from "./compiled-formula.ts";

/** Something in a formula that cannot be compiled, with its line in the rule file. */
export class FormulaProblem extends Error {
  readonly line: number;
  readonly feature: string;

  constructor(feature: string, line: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.feature = feature;
    this.line = line;
  }
}

export interface FormulaContext {
  /** Absent for rules that look at text only. */
  pattern: PatternContext | undefined;
  slotOf: (name: string) => number;
  slotCount: () => number;
  /** All patterns of the language; compiling adds to it. */
  patterns: CompiledPattern[];
  anchor: (name: string) => number;
}

/** Throws a FormulaProblem. */
export function compileFormula(formula: Formula, context: FormulaContext): CompiledFormula {
  switch (formula.type) {
    case "pattern":
      return { type: "pattern", index: addPattern(formula.text, formula.line, context) };
    case "regex":
      return compileRegexFormula(formula.text, formula.line, context);
    case "any":
      return { type: "any", items: formula.items.map((item) => compileFormula(item, context)) };
    case "all":
      return compileAll(formula.items, context);
  }
}

function addPattern(text: string, line: number, context: FormulaContext): number {
  const { pattern: patternContext } = context;
  if (patternContext === undefined)
    throw new FormulaProblem("pattern", line, "a rule for any text can only have pattern-regex");
  const pattern = at("pattern", line, () => compilePattern(text, patternContext));
  return (
    context.patterns.push({
      pattern,
      slots: context.slotCount,
      roots: rootSymbols(pattern, patternContext.syntax),
      anchors: [...new Set(anchorsOf(pattern))].map((name) => context.anchor(name)),
    }) - 1
  );
}

function compileRegexFormula(text: string, line: number, context: FormulaContext): CompiledFormula {
  const expression = at("pattern-regex", line, () => compileRegex(text));
  const groups: GroupSlot[] = [];
  for (const [, name] of text.matchAll(/\(\?P?<([A-Za-z_]\w*)>/g))
    groups.push({ group: name!, slot: context.slotOf(`$${name!}`) });
  const count = new RegExp(`${expression.source}|`, expression.flags.replace("g", "")).exec("")!.length - 1;
  for (let group = 1; group <= count; group++) groups.push({ group, slot: context.slotOf(`$${group}`) });
  return { type: "regex", expression, groups };
}

function compileAll(items: readonly Term[], context: FormulaContext): CompiledFormula {
  const positives: CompiledFormula[] = [];
  const insides: CompiledFormula[] = [];
  const nots: CompiledFormula[] = [];
  const notInsides: CompiledFormula[] = [];
  const conditions: CompiledCondition[] = [];
  const focus: number[] = [];
  for (const item of items) {
    switch (item.type) {
      case "pattern":
      case "regex":
      case "any":
      case "all":
        positives.push(compileFormula(item, context));
        break;
      case "not":
        nots.push(compileFormula(item.item, context));
        break;
      case "inside":
        insides.push(compileFormula(item.item, context));
        break;
      case "not-inside":
        notInsides.push(compileFormula(item.item, context));
        break;
      case "focus":
        focus.push(...item.names.map((name) => context.slotOf(name)));
        break;
      default:
        conditions.push(compileCondition(item, context));
    }
  }
  return { type: "all", positives, insides, nots, notInsides, conditions, focus };
}

function compileCondition(condition: Condition, context: FormulaContext): CompiledCondition {
  const { line } = condition;
  switch (condition.type) {
    case "metavariable-regex":
      return {
        type: "regex",
        slot: context.slotOf(condition.name),
        // From the beginning, as Python's re.match does it.
        expression: at(condition.type, line, () => compileRegex(anchored(condition.text), "")),
      };
    case "metavariable-comparison": {
      const names = condition.text.match(/\$[A-Z_0-9]+/g) ?? [];
      if (names.length === 0 && condition.name === undefined)
        throw new FormulaProblem(condition.type, line, "the comparison names no metavariable");
      return {
        type: "comparison",
        slots: new Map(names.map((name) => [name, context.slotOf(name)])),
        compare: at(condition.type, line, () => compileComparison(condition.text)),
        strip: condition.strip,
        base: condition.base,
      };
    }
    case "metavariable-pattern":
      return {
        type: "pattern",
        slot: context.slotOf(condition.name),
        item: compileFormula(condition.item, context),
      };
    case "metavariable-type":
      return { type: "type", slot: context.slotOf(condition.name), types: condition.types };
  }
}

function anchored(text: string): string {
  const flags = /^(?:\(\?[a-z]+\))*/.exec(text)![0];
  return `${flags}^(?:${text.slice(flags.length)})`;
}

function at<T>(feature: string, line: number, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof FormulaProblem) throw error;
    throw new FormulaProblem(feature, line, error);
  }
}
