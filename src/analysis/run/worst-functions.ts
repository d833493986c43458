import type { FunctionFacts, SymbolFacts } from "../facts.ts";
import type { FileFacts } from "../file/file-facts.ts";
import { unpackDetails } from "../file/pack-details.ts";

/** A measured file of a run; `packed` are its functions and symbols, compressed, `tape` its tokens. */
export interface RunFile {
  path: string;
  facts: FileFacts;
  packed: Uint8Array;
  tape?: Uint8Array;
}

export interface PlacedFunction extends FunctionFacts {
  path: string;
}

interface Details {
  functions: FunctionFacts[];
  symbols: SymbolFacts[];
}

function details(file: RunFile): Details {
  return JSON.parse(`{${Buffer.from(unpackDetails(file.packed)).toString("utf8")}}`) as Details;
}

export type Complexity = "cyclomatic" | "cognitive";

/**
 * The `count` most complex functions, ties broken by the other complexity, then place. `cognitive` looks at a
 * function's own code: one that only holds complex functions is not complex itself. Files are opened in the order of
 * their worst function, and no more of them than can still matter.
 */
export function worstFunctions(files: readonly RunFile[], by: Complexity, count: number): PlacedFunction[] {
  const [first, second] =
    by === "cognitive"
      ? (["ownCognitive", "cyclomatic"] as const)
      : (["cyclomatic", "ownCognitive"] as const);
  const worstIn = ({ facts }: RunFile): number =>
    by === "cognitive" ? facts.maxOwnCognitive : facts.maxCyclomatic;
  const order = (a: PlacedFunction, b: PlacedFunction): number =>
    b[first] - a[first] ||
    b[second] - a[second] ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line);
  let worst: PlacedFunction[] = [];
  for (const file of files.filter((one) => worstIn(one) > 0).toSorted((a, b) => worstIn(b) - worstIn(a))) {
    if (worst.length === count && worstIn(file) < worst[count - 1]![first]) break;
    const placed = details(file).functions.map((one) => ({ ...one, path: file.path }));
    worst = [...worst, ...placed].toSorted(order).slice(0, count);
  }
  return worst;
}

export interface GateFailure extends PlacedFunction {
  measure: Complexity;
  value: number;
  limit: number;
}

/** Functions above a limit, in order of place. */
export function gateFailures(
  files: readonly RunFile[],
  limits: Partial<Record<Complexity, number>>,
): GateFailure[] {
  const measures = (["cyclomatic", "cognitive"] as const).filter((measure) => limits[measure] !== undefined);
  return files.flatMap((file) => {
    const { maxCyclomatic, maxCognitive } = file.facts;
    if (maxCyclomatic <= (limits.cyclomatic ?? Infinity) && maxCognitive <= (limits.cognitive ?? Infinity))
      return [];
    return details(file).functions.flatMap((one) =>
      measures
        .filter((measure) => one[measure] > limits[measure]!)
        .map((measure) => ({
          ...one,
          path: file.path,
          measure,
          value: one[measure],
          limit: limits[measure]!,
        })),
    );
  });
}
