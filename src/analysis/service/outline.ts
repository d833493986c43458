import type { FileFacts } from "../file/file-facts.ts";
import type { FunctionFacts, SymbolFacts } from "../facts.ts";

/** What is in one file. */
export interface Outline {
  facts: FileFacts;
  functions: readonly FunctionFacts[];
  symbols: readonly SymbolFacts[];
}

/** Why a file has no outline: a reason of discovery or measuring. */
export interface NoOutline {
  skipped: string;
  detail?: string;
}
