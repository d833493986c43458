/** Lines as scc and tokei count them: blank = white space only; comment = nothing but comments; else code. */
export interface LineCounts {
  code: number;
  comment: number;
  blank: number;
}

export interface HalsteadCounts {
  /** Distinct operators and operands, total operators and operands (n1, n2, N1, N2 of Halstead 1977). */
  distinctOperators: number;
  distinctOperands: number;
  operators: number;
  operands: number;
}

/** One function's measures. Lines count from 1; `endLine` is inclusive. */
export interface FunctionFacts {
  name: string;
  kind: "function" | "method" | "constructor" | "getter" | "setter" | "lambda";
  /** Enclosing type or function names, outermost first, joined with `.`; absent at the top. */
  container?: string;
  line: number;
  endLine: number;
  parameters: number;
  /** Deepest nesting of control structures inside, 0 = straight code. */
  nesting: number;
  cyclomatic: number;
  cognitive: number;
  /** The same without what functions inside it add: whose code is it that is hard to read. */
  ownCognitive: number;
  halstead: HalsteadCounts & { volume: number; difficulty: number; effort: number };
  /** 0–100, higher is easier to maintain. */
  maintainability: number;
  /** Stands inside another function, whose cognitive complexity includes this one's. */
  nested: boolean;
  /** Bytes of this function inside a parse error. */
  errorBytes: number;
  code: number;
}

export interface SymbolFacts {
  name: string;
  kind: string;
  container?: string;
  /** First line of the declaration, white space folded, at most 160 characters. */
  signature: string;
  line: number;
  endLine: number;
  exported: boolean;
}

/** An import as it is written. `raw` is the module text without quotes; resolving it needs the whole project. */
export interface ImportFacts {
  raw: string;
  line: number;
  /** How it was written where the language has several ways: `require_relative`, `mod`, `system`. */
  form?: string;
  /** Other names the same statement may reach (`from pkg import module`). */
  members?: string[];
}
