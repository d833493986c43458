import type { LeftOutReason } from "../discovery/index.ts";
import type { NameFacts } from "../exports/index.ts";
import type { ImportFacts, LineCounts } from "../facts.ts";
import type { FindingFacts } from "../findings/finding.ts";

/**
 * What is kept in memory about every file of a run: enough for totals, gates and the graph. Functions and symbols
 * are far more, are needed by few readers, and so travel beside it as JSON text (`FileResult.details`).
 */
export interface FileFacts extends FindingFacts {
  language: string;
  bytes: number;
  lines: LineCounts;
  /** False for languages of which only lines are counted. */
  parsed: boolean;
  /** Bytes inside nodes that the grammar could not make sense of. */
  errorBytes: number;
  functions: number;
  /** Sums over functions, and decisions outside of them. */
  cyclomatic: number;
  cognitive: number;
  maxCyclomatic: number;
  maxCognitive: number;
  maxOwnCognitive: number;
  maxNesting: number;
  /** Sums over functions. */
  halsteadVolume: number;
  halsteadEffort: number;
  /** Of averages over the functions; 100 for a file without any. */
  maintainability: number;
  imports: ImportFacts[];
  /** Declared packages or namespaces. */
  modules?: string[];
  /** Names of types at the top of the file, for languages whose imports name types. */
  types?: string[];
  /** Modules written inside the file (Rust), with their lines. */
  inlineModules?: { name: string; line: number; endLine: number }[];
  /** What it exports, takes and passes on by name (JavaScript, TypeScript, Python). */
  names?: NameFacts;
}

export type MeasureSkip = LeftOutReason | "binary" | "excluded-language" | "unreadable" | "vanished";

export type FileResult =
  | {
      type: "measured";
      facts: FileFacts;
      /** `"functions":[…],"symbols":[…]`: a piece of the JSON report, put there without being parsed again. */
      details: string;
      /** What clones are found by (`clones/tape.ts`), empty where there is too little of it; absent: not asked for. */
      tape?: Uint8Array;
    }
  | {
      type: "skipped";
      reason: MeasureSkip;
      detail?: string;
      /** Secrets in a text that does not count otherwise; absent: it was not searched. */
      found?: FindingFacts;
    };
