import type { Pattern } from "../pattern/pattern.ts";
import type { Comparison } from "./comparison.ts";

/** A formula for one language; patterns and expressions are known by their number in the language's program. */
export type CompiledFormula =
  | { type: "pattern"; index: number }
  | { type: "regex"; expression: RegExp; groups: readonly GroupSlot[] }
  | { type: "any"; items: readonly CompiledFormula[] }
  | CompiledAll;

export interface CompiledAll {
  type: "all";
  positives: readonly CompiledFormula[];
  insides: readonly CompiledFormula[];
  nots: readonly CompiledFormula[];
  notInsides: readonly CompiledFormula[];
  conditions: readonly CompiledCondition[];
  /** Slots; the first that is bound. */
  focus: readonly number[];
}

/** A capture group that is a metavariable as well. */
export interface GroupSlot {
  group: number | string;
  slot: number;
}

export type CompiledCondition =
  | { type: "regex"; slot: number; expression: RegExp }
  | {
      type: "comparison";
      slots: ReadonlyMap<string, number>;
      compare: Comparison;
      strip: boolean;
      base: number | undefined;
    }
  | { type: "pattern"; slot: number; item: CompiledFormula }
  | { type: "type"; slot: number; types: readonly string[] };

export interface CompiledPattern {
  pattern: Pattern;
  /** How many slots its rule has. */
  slots: () => number;
  /** Symbols of nodes where it may match; undefined: any. */
  roots: readonly number[] | undefined;
  /** Numbers of names that must stand in the file. */
  anchors: readonly number[];
}
