import type { RuleInfo } from "../findings/finding.ts";

/** Where in its rule file something stands; lines from 1. */
export interface RulePlace {
  file: string;
  line: number;
}

/** What a rule looks for. `line` is where it stands in the rule file. */
export type Formula =
  | { type: "pattern"; text: string; line: number }
  | { type: "regex"; text: string; line: number }
  | { type: "any"; items: Formula[]; line: number }
  | { type: "all"; items: Term[]; line: number };

/** A part of `patterns`. */
export type Term =
  | Formula
  | { type: "not" | "inside" | "not-inside"; item: Formula; line: number }
  | { type: "focus"; names: string[]; line: number }
  | Condition;

/** A condition on a metavariable. */
export type Condition =
  | { type: "metavariable-regex"; name: string; text: string; line: number }
  | {
      type: "metavariable-comparison";
      name: string | undefined;
      text: string;
      strip: boolean;
      base: number | undefined;
      line: number;
    }
  | { type: "metavariable-pattern"; name: string; item: Formula; line: number }
  | { type: "metavariable-type"; name: string; types: string[]; line: number };

export interface Propagator {
  item: Formula;
  from: string;
  to: string;
}

export interface TaintSpec {
  sources: Formula[];
  sinks: Formula[];
  sanitizers: Formula[];
  propagators: Propagator[];
}

/** A rule as it is sent to workers: checked, in caelum's words, not yet compiled for a grammar. */
export interface Rule extends RuleInfo, RulePlace {
  /** Ids of caelum's languages; `regex` = every text. */
  languages: string[];
  /** Undefined in taint mode. */
  formula?: Formula;
  taint?: TaintSpec;
  fix?: string;
  fixRegex?: { regex: string; replacement: string; count?: number };
  /** Globs relative to the project. */
  include?: string[];
  exclude?: string[];
}

/** The file among a worker's assets that holds the rules of a run. */
export const RULES_ASSET = "rules.json";

/** All rules of a run. */
export interface RuleSet {
  rules: Rule[];
}

export function infoOf({ id, message, severity, confidence, cwe, owasp, references }: Rule): RuleInfo {
  return { id, message, severity, confidence, cwe, owasp, references };
}
