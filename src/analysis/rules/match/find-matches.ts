import type { Pattern } from "../pattern/pattern.ts";
import { type CompiledSyntax, Is } from "../syntax/compile-syntax.ts";
import type { Bindings } from "./binding.ts";
import type { Matcher } from "./matcher.ts";

/** A place where a pattern, or a formula, is right. Offsets are UTF-16 units of the text. */
export interface Match {
  start: number;
  end: number;
  /** -1 where it is no node: several statements, a piece of text. */
  node: number;
  bindings: Bindings;
}

/** Ways to match at one place that are kept: they differ in what metavariables stand for. */
const MOST_WAYS = 50;
/** Places of one pattern in one file. */
const MOST_MATCHES = 20_000;

/** Symbols of nodes at which a pattern may match; undefined: any. */
export function rootSymbols(pattern: Pattern, syntax: CompiledSyntax): readonly number[] | undefined {
  const symbolsWhere = (test: (symbol: number) => boolean): number[] =>
    Array.from({ length: syntax.language.nodeTypeCount }, (_, symbol) => symbol).filter(test);
  switch (pattern.type) {
    case "node":
      return symbolsWhere((symbol) => syntax.canonical[symbol] === pattern.symbol);
    case "leaf":
      return pattern.isName
        ? syntax.nameSymbols
        : symbolsWhere((symbol) => syntax.canonical[symbol] === pattern.symbol);
    case "member":
      return [pattern.node.symbol, ...syntax.nameSymbols];
    case "path":
      return [...syntax.nameSymbols, ...syntax.members.keys()];
    case "string":
      return symbolsWhere((symbol) => (syntax.is[symbol]! & (Is.string | Is.concatenation)) !== 0);
    case "number":
      return symbolsWhere((symbol) => (syntax.is[symbol]! & Is.number) !== 0);
    case "assignment":
      return syntax.assignmentSymbols;
    case "sequence":
      return rootSymbols(pattern.elements[0]!, syntax);
    case "metavariable":
    case "ellipsis":
    case "deep":
    case "chain":
      return undefined;
  }
}

/** Every place of one file where a pattern matches, in order. `roots` are the nodes to try. */
export function findMatches(
  matcher: Matcher,
  pattern: Pattern,
  slots: number,
  roots: Iterable<number>,
): Match[] {
  const { source } = matcher;
  const matches: Match[] = [];
  matcher.begin(slots);
  const isSequence = pattern.type === "sequence";
  for (const node of roots) {
    let ways = 0;
    const first = matches.length;
    matcher.sequenceEnd = source.end(node);
    matcher.match(pattern, node, () => {
      const start = source.start(isSequence ? source.statementOf(node) : node);
      const end = isSequence ? Math.max(matcher.sequenceEnd, source.end(node)) : source.end(node);
      const bindings = [...matcher.bindings];
      const known = matches
        .slice(first)
        .some(
          (one) => one.end === end && one.bindings.every((binding, slot) => same(binding, bindings[slot])),
        );
      if (!known) matches.push({ start, end, node: isSequence ? -1 : node, bindings });
      return ++ways >= MOST_WAYS;
    });
    if (matches.length >= MOST_MATCHES) break;
  }
  return matches;
}

function same(a: Bindings[number], b: Bindings[number]): boolean {
  return a === b || (a !== undefined && b !== undefined && a.start === b.start && a.end === b.end);
}
