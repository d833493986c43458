import type { Finding, RuleInfo, Severity } from "../findings/finding.ts";
import type { Analysis } from "../run/analysis.ts";

/** Our severities as SARIF's levels, and as the score that code scanning services sort security findings by. */
const levels: Readonly<Record<Severity, { level: "error" | "warning" | "note"; score: string }>> = {
  critical: { level: "error", score: "9.5" },
  high: { level: "error", score: "8.0" },
  medium: { level: "warning", score: "5.5" },
  low: { level: "note", score: "3.0" },
  info: { level: "note", score: "1.0" },
};

/** Name under which fingerprints stand; a change in how they are made gets a new number. */
const FINGERPRINT = "caelum/v1";

/**
 * The findings as SARIF 2.1.0 (OASIS): rules with help and CWE, fingerprints that stay when lines move, code flows, fixes, and
 * suppressed findings with the reason. Columns are UTF-16 code units. Depends on nothing but the analysis.
 */
export function sarif(analysis: Analysis, version: string): object {
  const { findings, suppressed, rules, unsupportedRules } = analysis.found;
  const used = ruleList(analysis);
  const indexes = new Map(used.map(({ id }, index) => [id, index]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "caelum",
            semanticVersion: version,
            rules: used.map(ruleEntry),
          },
        },
        invocations: [
          {
            executionSuccessful: analysis.complete,
            ...(unsupportedRules.length === 0
              ? {}
              : {
                  toolConfigurationNotifications: unsupportedRules.map((one) => ({
                    level: one.problem === "invalid" ? "error" : "warning",
                    message: { text: `${one.ruleId}: ${one.message}` },
                    ...(rules.has(one.ruleId) ? { associatedRule: { id: one.ruleId } } : {}),
                    locations: [
                      {
                        physicalLocation: {
                          artifactLocation: { uri: uriOf(one.file) },
                          region: { startLine: Math.max(1, one.line) },
                        },
                      },
                    ],
                  })),
                }),
          },
        ],
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { PROJECT: { description: { text: "the analysed folder" } } },
        results: [
          ...findings.map((one) => result(one, indexes)),
          ...suppressed.map((one) => ({
            ...result(one, indexes),
            suppressions: [
              {
                kind: one.suppressedBy === "comment" ? "inSource" : "external",
                ...(one.reason === undefined ? {} : { justification: one.reason }),
              },
            ],
          })),
        ],
      },
    ],
  };
}

/** Rules by id; one that only a finding knows of is told by the finding. */
function ruleList({ found }: Analysis): RuleInfo[] {
  const byId = new Map(found.rules);
  for (const { ruleId, message, severity, confidence, cwe } of [...found.findings, ...found.suppressed]) {
    if (byId.has(ruleId)) continue;
    byId.set(ruleId, { id: ruleId, message, severity, confidence, cwe, owasp: [], references: [] });
  }
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function ruleEntry(rule: RuleInfo): object {
  const isSecurity = rule.cwe.length > 0 || rule.owasp.length > 0;
  const tags = [
    ...(isSecurity ? ["security"] : []),
    ...rule.cwe.map((cwe) => `external/cwe/${cwe.toLowerCase()}`),
    ...rule.owasp,
  ];
  const [reference] = rule.references;
  return {
    id: rule.id,
    shortDescription: { text: rule.id },
    fullDescription: { text: rule.message },
    help: { text: [rule.message, ...rule.references].join("\n\n") },
    ...(reference !== undefined && URL.canParse(reference) ? { helpUri: reference } : {}),
    defaultConfiguration: { level: levels[rule.severity].level },
    properties: {
      tags,
      precision: rule.confidence,
      ...(isSecurity
        ? { "security-severity": levels[rule.severity].score }
        : {
            "problem.severity": { error: "error", warning: "warning", note: "recommendation" }[
              levels[rule.severity].level
            ],
          }),
    },
  };
}

function result(finding: Finding, indexes: ReadonlyMap<string, number>): object {
  const { ruleId, severity, message, path, fingerprint, fix, flow } = finding;
  return {
    ruleId,
    ruleIndex: indexes.get(ruleId)!,
    level: levels[severity].level,
    message: { text: message },
    locations: [location(path, finding)],
    partialFingerprints: { [FINGERPRINT]: fingerprint },
    ...(flow === undefined || flow.length === 0
      ? {}
      : {
          codeFlows: [
            {
              threadFlows: [
                {
                  locations: flow.map((step) => ({
                    location: { ...location(path, step), message: { text: step.message } },
                  })),
                },
              ],
            },
          ],
        }),
    ...(fix === undefined
      ? {}
      : {
          fixes: [
            {
              description: { text: "the rule's own fix" },
              artifactChanges: [
                {
                  artifactLocation: artifact(path),
                  replacements: [{ deletedRegion: region(finding), insertedContent: { text: fix } }],
                },
              ],
            },
          ],
        }),
  };
}

interface Lines {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

function location(path: string, lines: Lines): object {
  return { physicalLocation: { artifactLocation: artifact(path), region: region(lines) } };
}

function artifact(path: string): object {
  return { uri: uriOf(path), uriBaseId: "PROJECT" };
}

function uriOf(path: string): string {
  return path.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/");
}

function region({ line, column, endLine, endColumn }: Lines): object {
  return { startLine: line, startColumn: column, endLine, endColumn };
}
