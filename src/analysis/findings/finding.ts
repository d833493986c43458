/** How bad it is if the finding is right. Most severe first. */
export const severities = ["critical", "high", "medium", "low", "info"] as const;
export type Severity = (typeof severities)[number];

/** How sure the rule is. Most sure first. */
export const confidences = ["high", "medium", "low"] as const;
export type Confidence = (typeof confidences)[number];

/** A place in a file: lines and columns from 1, columns in UTF-16 units; the end is exclusive, as in SARIF. */
export interface Region {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

/** A step on the way from a source to a sink, in the same file. */
export interface FlowStep extends Region {
  message: string;
}

/** Something a rule, a detector of secrets or a check of the architecture has to say about a place. */
export interface Finding extends Region {
  ruleId: string;
  severity: Severity;
  confidence: Confidence;
  /** `CWE-78`; empty where there is none. */
  cwe: readonly string[];
  /** Relative to the project, with `/`. */
  path: string;
  message: string;
  /** Of the rule and what was found, not of the place: the same after line shifts and renames. Hexadecimal. */
  fingerprint: string;
  /** The text that should stand at the place in its stead. */
  fix?: string;
  /** From where the data comes, by which places, to where it does harm. */
  flow?: readonly FlowStep[];
}

/** As a worker finds it: facts of a file do not depend on the file's path. */
export type FileFinding = Omit<Finding, "path">;

/** Somebody has looked at it and decided otherwise. */
export interface SuppressedFinding extends Finding {
  suppressedBy: "comment" | "baseline";
  /** As the comment gives it. */
  reason?: string;
}

export type SuppressedFileFinding = FileFinding & { reason?: string };

/** What the findings of one file's facts look like. Absent where there is nothing to say. */
export interface FindingFacts {
  /** In order of place. */
  findings?: FileFinding[];
  /** Those that a `caelum-ignore` comment is about. */
  suppressed?: SuppressedFileFinding[];
  /** Rules that found more than is kept for one file, with the number that was left out. */
  cutFindings?: Record<string, number>;
  /** Rules that would have taken too long for this file. */
  gaveUp?: string[];
}

/** What a report says about a rule. */
export interface RuleInfo {
  id: string;
  /** One sentence or more; may name metavariables. */
  message: string;
  severity: Severity;
  confidence: Confidence;
  cwe: readonly string[];
  /** `A03:2021 - Injection`. */
  owasp: readonly string[];
  references: readonly string[];
}

/** 0 = most severe. */
export function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}
