import type { FunctionFacts } from "../facts.ts";
import { END, ROW, STRIDE } from "../parse/flat-tree.ts";
import { halstead } from "./formulas.ts";
import type { FoundFunction } from "./names.ts";

/** A function while the walk is inside it. */
export interface OpenFunction {
  node: number;
  name: string;
  nameEnd: number;
  /** Cognitive nesting outside of it. */
  base: number;
  /** The same without blocks that only nest. */
  structuresBase: number;
  cyclomatic: number;
  /** Sum of increments, before wrappers are taken back. */
  cognitive: number;
  /** The same without functions inside. */
  ownCognitive: number;
  /** Structural increments in its own body, and in all functions inside. */
  ownStructures: number;
  allStructures: number;
  /** What is taken back because a wrapper does not deepen (white paper). */
  takenBack: number;
  innerStructures: number;
  nesting: number;
  recursive: boolean;
  /** What it calls its receiver (Go), with the dot behind it. */
  selfPrefix: string | undefined;
  /** First word of its operator set. */
  operatorSet: number;
  onlyWraps: boolean;
  distinctOperators: number;
  distinctOperands: number;
  operators: number;
  operands: number;
  errorBytes: number;
  facts: FunctionFacts;
}

/** The facts of a function that has just begun. `endLine` is a position until the rows are known. */
export function beginFacts(
  nodes: Uint32Array,
  node: number,
  found: FoundFunction,
  container: string | undefined,
  nested: boolean,
): FunctionFacts {
  const facts: FunctionFacts = {
    name: found.name === "" ? "(anonymous)" : found.name,
    kind: found.kind,
    line: nodes[node * STRIDE + ROW]! + 1,
    endLine: nodes[node * STRIDE + END]!,
    parameters: found.parameters,
    nesting: 0,
    cyclomatic: 1,
    cognitive: 0,
    ownCognitive: 0,
    halstead: halstead(0, 0, 0, 0),
    maintainability: 0,
    nested,
    errorBytes: 0,
    code: 0,
  };
  if (container !== undefined) facts.container = container;
  return facts;
}

/** `base` is the nesting outside of it, `structuresBase` the same without blocks that only nest. */
export function openFunction(
  node: number,
  found: FoundFunction,
  facts: FunctionFacts,
  at: Pick<OpenFunction, "base" | "structuresBase" | "operatorSet" | "onlyWraps">,
): OpenFunction {
  return {
    node,
    name: found.name,
    nameEnd: found.nameEnd,
    base: at.base,
    structuresBase: at.structuresBase,
    cyclomatic: 1,
    cognitive: 0,
    ownCognitive: 0,
    ownStructures: 0,
    allStructures: 0,
    takenBack: 0,
    innerStructures: 0,
    nesting: 0,
    recursive: false,
    selfPrefix: found.receiverName === undefined ? undefined : `${found.receiverName}.`,
    operatorSet: at.operatorSet,
    onlyWraps: at.onlyWraps,
    distinctOperators: 0,
    distinctOperands: 0,
    operators: 0,
    operands: 0,
    errorBytes: 0,
    facts,
  };
}
