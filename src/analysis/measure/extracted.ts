import type { FunctionFacts, ImportFacts, LineCounts, SymbolFacts } from "../facts.ts";

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

export function emptyResult(): Extracted {
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
