import { compileFormula, type FormulaContext } from "../evaluate/compile-formula.ts";
import type { CompiledFormula } from "../evaluate/compiled-formula.ts";
import type { TaintSpec } from "../rule.ts";

export interface CompiledTaint {
  sources: readonly CompiledFormula[];
  sinks: readonly CompiledFormula[];
  sanitizers: readonly CompiledFormula[];
  propagators: readonly { item: CompiledFormula; from: number; to: number }[];
}

/** Throws a FormulaProblem. */
export function compileTaint(spec: TaintSpec, context: FormulaContext): CompiledTaint {
  const all = (formulas: TaintSpec["sources"]): CompiledFormula[] =>
    formulas.map((formula) => compileFormula(formula, context));
  return {
    sources: all(spec.sources),
    sinks: all(spec.sinks),
    sanitizers: all(spec.sanitizers),
    propagators: spec.propagators.map(({ item, from, to }) => ({
      item: compileFormula(item, context),
      from: context.slotOf(from),
      to: context.slotOf(to),
    })),
  };
}
