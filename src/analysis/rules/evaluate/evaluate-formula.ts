import type { Match } from "../match/find-matches.ts";
import type { Binding, Bindings } from "../match/binding.ts";
import { sameCode } from "../match/same-code.ts";
import type { Source } from "../match/source.ts";
import { hasType } from "../match/types.ts";
import { Is } from "../syntax/compile-syntax.ts";
import type { CompiledAll, CompiledCondition, CompiledFormula } from "./compiled-formula.ts";

/** One file, as formulas see it. */
export interface Evaluation {
  /** Undefined for text without a tree. */
  source: Source | undefined;
  text: string;
  /** Places of the pattern with this number. */
  matchesOf: (index: number) => readonly Match[];
}

/** Text that a metavariable regex looks at. */
const LONGEST_TEXT = 10_000;
const MOST_REGEX_MATCHES = 20_000;

/** Where a formula is right. `within` is the place that it is about, if it is about one. */
export function evaluate(formula: CompiledFormula, evaluation: Evaluation, within?: Match): Match[] {
  switch (formula.type) {
    case "pattern": {
      const all = evaluation.matchesOf(formula.index);
      return within === undefined ? [...all] : joinInside(all, within, evaluation);
    }
    case "regex": {
      const all = regexMatches(formula, evaluation, within);
      return within === undefined ? all : joinInside(all, within, evaluation);
    }
    case "any":
      return formula.items.flatMap((item) => evaluate(item, evaluation, within));
    case "all":
      return evaluateAll(formula, evaluation, within);
  }
}

function joinInside(matches: readonly Match[], within: Match, evaluation: Evaluation): Match[] {
  return matches.flatMap((match) => {
    if (match.start < within.start || match.end > within.end) return [];
    const bindings = merge(match.bindings, within.bindings, evaluation);
    return bindings === undefined ? [] : [{ ...match, bindings }];
  });
}

function evaluateAll(formula: CompiledAll, evaluation: Evaluation, within: Match | undefined): Match[] {
  let current: Match[] | undefined;
  for (const item of formula.positives) {
    const found = evaluate(item, evaluation, within);
    current = current === undefined ? found : intersect(current, found, evaluation);
    if (current.length === 0) return [];
  }
  for (const item of formula.insides) {
    const found = evaluate(item, evaluation);
    // With nothing else to look for, the place itself is what is looked for.
    current = current === undefined ? found : inside(current, found, evaluation);
    if (current.length === 0) return [];
  }
  current ??= within === undefined ? [] : [within];
  for (const item of formula.nots) {
    if (current.length === 0) return [];
    if (item.type === "regex") {
      // As Semgrep has it: a text anywhere in the match rules it out.
      const texts = evaluate(item, evaluation, within);
      current = current.filter((match) => !texts.some((text) => overlaps(match, text)));
      continue;
    }
    const found = byStart(evaluate(item, evaluation, within));
    current = current.filter(
      (match) =>
        !(found.get(match.start) ?? []).some(
          (other) =>
            other.end === match.end && merge(match.bindings, other.bindings, evaluation) !== undefined,
        ),
    );
  }
  for (const item of formula.notInsides) {
    if (current.length === 0) return [];
    const found = evaluate(item, evaluation);
    current = current.filter(
      (match) =>
        !found.some(
          (other) =>
            contains(other, match) && merge(match.bindings, other.bindings, evaluation) !== undefined,
        ),
    );
  }
  for (const condition of formula.conditions)
    current = current.flatMap((match) => fulfil(condition, match, evaluation));
  return formula.focus.length === 0 ? current : current.flatMap((match) => focused(formula.focus, match));
}

function byStart(matches: readonly Match[]): Map<number, Match[]> {
  return Map.groupBy(matches, ({ start }) => start);
}

function contains(outer: Match, inner: Match): boolean {
  return outer.start <= inner.start && outer.end >= inner.end;
}

function overlaps(a: Match, b: Match): boolean {
  return a.start < b.end && b.start < a.end;
}

/** One inside of the other: the smaller place. */
function intersect(a: readonly Match[], b: readonly Match[], evaluation: Evaluation): Match[] {
  return a.flatMap((first) =>
    b.flatMap((second) => {
      const smaller = contains(first, second) ? second : contains(second, first) ? first : undefined;
      if (smaller === undefined) return [];
      const bindings = merge(first.bindings, second.bindings, evaluation);
      return bindings === undefined ? [] : [{ ...smaller, bindings }];
    }),
  );
}

function inside(matches: readonly Match[], around: readonly Match[], evaluation: Evaluation): Match[] {
  const ordered = around.toSorted((a, b) => a.start - b.start);
  return matches.flatMap((match) => {
    const joined: Match[] = [];
    for (const outer of ordered) {
      if (outer.start > match.start) break;
      if (outer.end < match.end) continue;
      const bindings = merge(match.bindings, outer.bindings, evaluation);
      if (bindings === undefined) continue;
      joined.push({ ...match, bindings });
      // Nothing new is bound there: another place around says no more.
      if (bindings.every((binding, slot) => binding === match.bindings[slot])) break;
    }
    return joined;
  });
}

/** What both say about metavariables; undefined where they contradict each other. */
function merge(a: Bindings, b: Bindings, { source }: Evaluation): Bindings | undefined {
  let merged: Bindings | undefined;
  for (let slot = 0; slot < Math.max(a.length, b.length); slot++) {
    const first = a[slot];
    const second = b[slot];
    if (second === undefined || second === first) continue;
    if (first === undefined) (merged ??= [...a])[slot] = second;
    else if (source === undefined || !sameCode(source, first, second)) return undefined;
  }
  return merged ?? a;
}

function focused(slots: readonly number[], match: Match): Match[] {
  return slots.flatMap((slot) => {
    const binding = match.bindings[slot];
    return binding === undefined
      ? []
      : [{ ...match, start: binding.start, end: binding.end, node: binding.node }];
  });
}

function regexMatches(
  { expression, groups }: Extract<CompiledFormula, { type: "regex" }>,
  { text }: Evaluation,
  within: Match | undefined,
): Match[] {
  const matches: Match[] = [];
  const from = within?.start ?? 0;
  const searched = within === undefined ? text : text.slice(within.start, within.end);
  expression.lastIndex = 0;
  for (let found = expression.exec(searched); found !== null; found = expression.exec(searched)) {
    if (found[0] === "") expression.lastIndex++;
    const bindings: Bindings = [];
    for (const { group, slot } of groups) {
      const captured = typeof group === "number" ? found[group] : found.groups?.[group];
      if (captured === undefined) continue;
      // Expressions that tell the places of groups have to backtrack; the first place with this text is as good.
      const start = from + found.index + found[0].indexOf(captured);
      bindings[slot] = { start, end: start + captured.length, node: -1 };
    }
    matches.push({
      start: from + found.index,
      end: from + found.index + found[0].length,
      node: -1,
      bindings,
    });
    if (matches.length >= MOST_REGEX_MATCHES) break;
  }
  return matches;
}

function fulfil(condition: CompiledCondition, match: Match, evaluation: Evaluation): Match[] {
  switch (condition.type) {
    case "regex": {
      const binding = match.bindings[condition.slot];
      if (binding === undefined) return [];
      const { expression } = condition;
      const fits = textsOf(binding, evaluation).some((text) => {
        expression.lastIndex = 0;
        return expression.test(text.slice(0, LONGEST_TEXT));
      });
      return fits ? [match] : [];
    }
    case "comparison": {
      const lookUp = (name: string): string | number | undefined => {
        const slot = condition.slots.get(name);
        const binding = slot === undefined ? undefined : match.bindings[slot];
        return binding === undefined ? undefined : comparable(binding, condition, evaluation);
      };
      return condition.compare(lookUp) ? [match] : [];
    }
    case "pattern": {
      const binding = match.bindings[condition.slot];
      if (binding === undefined) return [];
      const { item } = condition;
      const [found] = evaluate(item, evaluation, { ...binding, bindings: match.bindings });
      return found === undefined ? [] : [{ ...match, bindings: found.bindings }];
    }
    case "type": {
      const binding = match.bindings[condition.slot];
      const { source } = evaluation;
      if (binding === undefined || binding.node < 0 || source === undefined) return [];
      return condition.types.some((type) => hasType(source, binding.node, type)) ? [match] : [];
    }
  }
}

/** As it is written, and what it is known to hold. */
function textsOf(binding: Binding, { source, text }: Evaluation): string[] {
  const written = text.slice(binding.start, binding.end);
  const value = source === undefined ? undefined : literalOf(binding, source);
  return value === undefined || value === written ? [written] : [written, value];
}

function literalOf({ node }: Binding, source: Source): string | undefined {
  if (node < 0) return undefined;
  const own = source.stringValue(node);
  if (own !== undefined) return own;
  const held = (source.is(node) & Is.name) === 0 ? -1 : source.constants.of(node);
  return held < 0 ? undefined : (source.stringValue(held) ?? source.textOf(held));
}

function comparable(
  binding: Binding,
  { strip, base }: { strip: boolean; base: number | undefined },
  evaluation: Evaluation,
): string | number | undefined {
  const { source, text } = evaluation;
  const value = source === undefined ? undefined : literalOf(binding, source);
  const raw = value ?? text.slice(binding.start, binding.end);
  const isText =
    value !== undefined && source !== undefined && source.stringValue(binding.node) !== undefined;
  if (base !== undefined) {
    const number = Number.parseInt(raw.replace(/^0[xob]/i, ""), base);
    return Number.isNaN(number) ? raw : number;
  }
  const number =
    binding.node < 0 || source === undefined ? undefined : source.numberValue(source.unwrap(binding.node));
  if (number !== undefined) return number;
  const plain = raw.trim().replace(/(?<=\d)_(?=\d)/g, "");
  return (!isText || strip) && /^-?(?:\d+(?:\.\d+)?|0x[\da-f]+)$/i.test(plain) ? Number(plain) : raw;
}
