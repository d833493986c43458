import type { FunctionFacts } from "../facts.ts";

/** Measures are rounded when they are made, so that every sum and report starts from the same value. */
export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Halstead, "Elements of Software Science", 1977: V = N log2 n, D = n1/2 · N2/n2, E = D · V. */
export function halstead(
  distinctOperators: number,
  distinctOperands: number,
  operators: number,
  operands: number,
): FunctionFacts["halstead"] {
  const vocabulary = distinctOperators + distinctOperands;
  const volume = vocabulary === 0 ? 0 : (operators + operands) * Math.log2(vocabulary);
  const difficulty = distinctOperands === 0 ? 0 : (distinctOperators / 2) * (operands / distinctOperands);
  return {
    distinctOperators,
    distinctOperands,
    operators,
    operands,
    volume: Math.round(volume),
    difficulty: round2(difficulty),
    effort: Math.round(difficulty * volume),
  };
}

/**
 * Maintainability index, Oman and Hagemeister 1992 in Coleman's 1994 form without the comment term,
 * 171 − 5.2 ln V − 0.23 CC − 16.2 ln LOC, scaled to 0–100 as Visual Studio does.
 * `volume`, `cyclomatic` and `code` are of one function, or averages over functions.
 */
export function maintainability(volume: number, cyclomatic: number, code: number): number {
  const index =
    171 - 5.2 * Math.log(Math.max(volume, 1)) - 0.23 * cyclomatic - 16.2 * Math.log(Math.max(code, 1));
  return round2(Math.min(100, Math.max(0, (index * 100) / 171)));
}
