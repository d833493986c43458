import type { Binding } from "./binding.ts";
import type { Source } from "./source.ts";

/** The same text, or the same code but for white space, comments and punctuation. */
export function sameCode(source: Source, a: Binding, b: Binding): boolean {
  const { text } = source;
  const first = text.slice(a.start, a.end);
  const second = text.slice(b.start, b.end);
  if (first === second) return true;
  if (a.node < 0 || b.node < 0) return first.replace(/\s+/g, "") === second.replace(/\s+/g, "");
  return sameTree(source, source.unwrap(a.node), source.unwrap(b.node));
}

function sameTree(source: Source, a: number, b: number): boolean {
  if (source.firstChild(a) < 0 || source.firstChild(b) < 0) return source.textOf(a) === source.textOf(b);
  if (source.symbol(a) !== source.symbol(b)) return false;
  const first = source.stringValue(a);
  if (first !== undefined) return first === source.stringValue(b);
  const ours = source.children(a);
  const theirs = source.children(b);
  return (
    ours.length === theirs.length &&
    ours.every((child, index) => sameTree(source, source.unwrap(child), source.unwrap(theirs[index]!)))
  );
}
