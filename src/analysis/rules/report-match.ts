import type { FileFindings, FoundStep } from "../findings/file-findings.ts";
import type { Evaluation } from "./evaluate/evaluate-formula.ts";
import type { Match } from "./match/find-matches.ts";
import type { CompiledRule } from "./program.ts";

/** Of a metavariable in a message. */
const LONGEST_VALUE = 200;
/** Values are quoted as they are here. */
const WHOLE = Infinity;

/** Adds a match of a rule to the findings of its file. */
export function report(
  { rule, slots }: CompiledRule,
  match: Match,
  { text }: Evaluation,
  findings: FileFindings,
  flow?: { steps: readonly FoundStep[] },
): void {
  const { start, end } = match;
  const { id: ruleId, severity, confidence, cwe } = rule;
  const fill = (template: string, longest: number): string =>
    template.replace(/\$(?:\.\.\.)?[A-Z_][A-Z_0-9]*|\$\d+/g, (name) => {
      const slot = slots.names.indexOf(name);
      const binding = slot < 0 ? undefined : match.bindings[slot];
      if (binding === undefined) return name;
      const value = text.slice(binding.start, binding.end);
      return value.length > longest ? `${value.slice(0, longest - 1)}…` : value;
    });
  const fix = fixed();
  findings.add({
    ruleId,
    severity,
    confidence,
    cwe,
    start,
    end,
    message: fill(rule.message, LONGEST_VALUE).replace(/\s*\n\s*/g, " "),
    ...(fix === undefined ? {} : { fix }),
    ...(flow === undefined ? {} : { flow: flow.steps }),
  });

  function fixed(): string | undefined {
    if (rule.fix !== undefined) return fill(rule.fix, WHOLE);
    if (rule.fixRegex === undefined) return undefined;
    const { regex, replacement, count = Infinity } = rule.fixRegex;
    let left = count;
    return text
      .slice(start, end)
      .replace(new RegExp(regex, "g"), (found, ...groups: (string | undefined)[]) =>
        left-- > 0
          ? replacement.replace(
              /\\(\d)|\$(\d)/g,
              (_, a: string | undefined, b: string | undefined) => groups[Number(a ?? b) - 1] ?? "",
            )
          : found,
      );
  }
}
