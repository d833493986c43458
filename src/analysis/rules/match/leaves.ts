import type { Pattern, StringPattern } from "../pattern/pattern.ts";
import { Is } from "../syntax/compile-syntax.ts";
import type { Binding } from "./binding.ts";
import type { Source } from "./source.ts";

export function isLeafOf(
  source: Source,
  { symbol, text, isName }: Extract<Pattern, { type: "leaf" }>,
  node: number,
): boolean {
  const bits = source.is(node);
  if (!source.isLeaf(node)) {
    // Names and keys may be quoted (a shell's words).
    return (
      isName && source.syntax.id === "bash" && (bits & Is.string) !== 0 && source.stringValue(node) === text
    );
  }
  const fits = isName ? (bits & Is.name) !== 0 : source.syntax.canonical[source.symbol(node)] === symbol;
  return (
    fits &&
    source.end(node) - source.start(node) === text.length &&
    source.text.startsWith(text, source.start(node))
  );
}

/** Whether code may have this child where a pattern does not. */
export function isOptional(source: Source, node: number): boolean {
  const bits = source.is(node);
  if ((bits & Is.optional) !== 0) return true;
  if ((bits & Is.vanishing) !== 0 && source.firstChild(node) < 0) return true;
  const field = source.field(node);
  return field !== 0 && source.syntax.optionalFields.has(field);
}

/** The value itself, or of a name that holds nothing else the value it holds. */
export function constantOf(source: Source, node: number): number {
  if ((source.is(node) & Is.name) === 0) return node;
  const value = source.constants.of(node);
  return value < 0 ? node : value;
}

/** `"..."` */
export function isAny(pattern: StringPattern): boolean {
  return pattern.value === undefined && pattern.slot < 0 && pattern.regex === undefined;
}

/** Where the characters of a literal stand. */
export function contentOf(source: Source, node: number): Binding {
  const text = source.textOf(node);
  const open = /^[a-zA-Z$@]*#*("""|'''|"|'|`|:)?/.exec(text)![0];
  const close = /("""|'''|"|'|`)?#*$/.exec(text)![0];
  const start = source.start(node) + open.length;
  return { start, end: Math.max(start, source.end(node) - close.length), node: -1 };
}
