import { compareByBytes } from "../discovery/index.ts";
import type { Baseline } from "./baseline.ts";
import {
  type Finding,
  type FindingFacts,
  type RuleInfo,
  severities,
  type Severity,
  severityRank,
  type SuppressedFinding,
} from "./finding.ts";

/** A rule, or a part of one, that could not be used as it is written. */
export interface UnsupportedRule {
  ruleId: string;
  /** The rule file as it was given. */
  file: string;
  line: number;
  /** `unsupported`: it uses a feature that caelum does not have; `invalid`: it is wrong. */
  problem: "unsupported" | "invalid";
  /** The feature by name, such as `join`; for an invalid rule the key that is wrong. */
  feature: string;
  message: string;
  /** `left out`: it finds nothing; `runs without it`: the rest of the rule is in use. */
  effect: "left out" | "runs without it";
}

export interface FindingOptions {
  /** Gate: the run fails when there is a finding that is as severe as this or more. */
  failOn?: Severity;
  /** Less severe findings are not reported. */
  severity?: Severity;
  /** Known findings, which are counted and not reported as new. */
  baseline?: Baseline;
  /** Whether a rule has anything to say about a path; absent: every rule about every path. */
  applies?: (ruleId: string, path: string) => boolean;
}

/** All findings of a run, in order of path and place. */
export interface Findings {
  findings: readonly Finding[];
  suppressed: readonly SuppressedFinding[];
  unsupportedRules: readonly UnsupportedRule[];
  /** Every rule and detector that took part, by id. */
  rules: ReadonlyMap<string, RuleInfo>;
  /** More of one rule in one file than is kept. */
  cut: readonly { path: string; ruleId: string; count: number }[];
  /** The gate that was asked for, and how many findings fail it. */
  gate: { severity: Severity; failures: number } | undefined;
  /** Rules that would have taken too long for a file. */
  gaveUp: readonly { path: string; ruleId: string }[];
}

/**
 * Findings of files' facts, and `others` that are about the project as a whole. What hides them (paths of a rule,
 * severity, baseline) is decided here and not by workers, so that facts in the cache serve every such choice.
 */
export function collectFindings(
  files: readonly { path: string; facts: FindingFacts }[],
  others: readonly Finding[],
  { severity = "info", failOn, baseline, applies = () => true }: FindingOptions,
): Pick<Findings, "findings" | "suppressed" | "cut" | "gaveUp" | "gate"> {
  const least = severityRank(severity);
  const all: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  const cut: { path: string; ruleId: string; count: number }[] = [];
  const gaveUp: { path: string; ruleId: string }[] = [];
  const wanted = (finding: { ruleId: string; severity: Severity }, path: string): boolean =>
    severityRank(finding.severity) <= least && applies(finding.ruleId, path);
  for (const { path, facts } of files) {
    for (const one of facts.findings ?? []) if (wanted(one, path)) all.push({ ...one, path });
    for (const one of facts.suppressed ?? [])
      if (wanted(one, path)) suppressed.push({ ...one, path, suppressedBy: "comment" });
    for (const [ruleId, count] of Object.entries(facts.cutFindings ?? {}))
      if (applies(ruleId, path)) cut.push({ path, ruleId, count });
    for (const ruleId of facts.gaveUp ?? []) if (applies(ruleId, path)) gaveUp.push({ path, ruleId });
  }
  for (const one of others) if (wanted(one, one.path)) all.push(one);
  const ordered = all.toSorted(byPlace);
  const known = baseline?.known(ordered) ?? new Set<Finding>();
  for (const one of known) suppressed.push({ ...one, suppressedBy: "baseline" });
  const findings = ordered.filter((one) => !known.has(one));
  const atLeast = (limit: Severity): number =>
    findings.filter((one) => severityRank(one.severity) <= severityRank(limit)).length;
  return {
    findings,
    gate: failOn === undefined ? undefined : { severity: failOn, failures: atLeast(failOn) },
    suppressed: suppressed.toSorted(byPlace),
    cut,
    gaveUp,
  };
}

/**
 * Whether silence of a rule means that there is nothing: no rule was left out for being wrong, and none that the gate
 * counts took too long for a file.
 */
export function rulesSpoke(
  { unsupportedRules, gaveUp, rules }: Pick<Findings, "unsupportedRules" | "gaveUp" | "rules">,
  failOn: Severity | undefined,
): boolean {
  const counts = (ruleId: string): boolean =>
    failOn !== undefined && severityRank(rules.get(ruleId)?.severity ?? failOn) <= severityRank(failOn);
  return (
    !unsupportedRules.some(({ problem, effect }) => problem === "invalid" && effect === "left out") &&
    !gaveUp.some(({ ruleId }) => counts(ruleId))
  );
}

/** How many there are of each severity, most severe first, without those that have none. */
export function countBySeverity(findings: readonly { severity: Severity }[]): [Severity, number][] {
  return severities
    .map((severity): [Severity, number] => [
      severity,
      findings.filter((one) => one.severity === severity).length,
    ])
    .filter(([, count]) => count > 0);
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compareByBytes(a.path, b.path) ||
    a.line - b.line ||
    a.column - b.column ||
    (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0) ||
    a.endLine - b.endLine ||
    a.endColumn - b.endColumn
  );
}
