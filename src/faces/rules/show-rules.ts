import type { ListedRule, RuleTestResult } from "#analysis/rules";
import type { UnsupportedRule } from "#analysis";
import { count, counted } from "../format.ts";
import { columns } from "../report/columns.ts";

interface Asked {
  readonly options: { readonly json?: true; readonly quiet?: true };
  readonly stdout: { readonly isTerminal: boolean; readonly width: number };
}

const room = ({ stdout }: Asked): number => (stdout.isTerminal ? stdout.width : Infinity);

/** `caelum rules list`. */
export function showRules(
  rules: readonly ListedRule[],
  problems: readonly UnsupportedRule[],
  asked: Asked,
): string {
  if (asked.options.json) return `${JSON.stringify({ rules, problems }, undefined, 2)}\n`;
  const rows = rules.map((rule) => [
    rule.id,
    rule.severity,
    rule.confidence,
    rule.cwe.join(" "),
    rule.mode === "taint" ? "taint" : "",
    rule.languages.join(" "),
  ]);
  const shape = [{ max: 60 }, {}, { optional: true }, {}, { optional: true }, { optional: true }];
  const head = ["rule", "severity", "confidence", "cwe", "", "languages"];
  const lines = [...columns([head, ...rows], shape, room(asked)), "", counted(rules.length, "rule")];
  return `${[...lines, ...problemLines(problems)].join("\n")}\n`;
}

/** `caelum rules explain`. */
export function showRule(rule: ListedRule, { options }: Asked): string {
  if (options.json) return `${JSON.stringify(rule, undefined, 2)}\n`;
  const rows = [
    ["severity", `${rule.severity}, confidence ${rule.confidence}`],
    ["languages", rule.languages.join(", ")],
    ["finds", rule.mode === "taint" ? "data on its way from a source to a sink" : "code of a certain form"],
    ["cwe", rule.cwe.join(", ")],
    ["owasp", rule.owasp.join(", ")],
    ["fix", rule.hasFix ? "offered" : ""],
    ["more", rule.references.join(" ")],
    ["written in", `${rule.file}:${rule.line}`],
    ["to ignore", `caelum-ignore: ${rule.id} <reason>   in a comment behind the line, or above it`],
  ].filter(([, value]) => value !== "");
  return `${[rule.id, "", rule.message, "", ...columns(rows, [{}, {}])].join("\n")}\n`;
}

/** `caelum rules test`. */
export function showRuleTest(result: RuleTestResult, { options }: Asked): string {
  if (options.json) return `${JSON.stringify(result, undefined, 2)}\n`;
  const { failures, untested, problems } = result;
  const lines = [
    ...failures.map(
      ({ file, line, ruleId, problem, text }) => `${file}:${line}  ${ruleId}  ${problem}: ${text}`,
    ),
    ...problemLines(problems),
    ...(untested.length === 0 ? [] : [`without a fixture: ${untested.join(", ")}`]),
    `${counted(result.rules, "rule")}, ${counted(result.fixtures, "file")} of code: ${count(result.passed)} places as they should be, ${count(failures.length)} not`,
  ];
  return `${lines.join("\n")}\n`;
}

function problemLines(problems: readonly UnsupportedRule[]): string[] {
  return problems.map(
    ({ file, line, ruleId, message, effect }) => `${file}:${line}  ${ruleId}  ${effect}: ${message}`,
  );
}
