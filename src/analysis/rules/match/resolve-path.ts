import { Is } from "../syntax/compile-syntax.ts";
import type { Source } from "./source.ts";

/** Whether a name in the code, as it is written or by what imports say, is `segments`. */
export function resolvesTo(source: Source, node: number, segments: readonly string[]): boolean {
  const bits = source.is(node);
  if ((bits & (Is.name | Is.member)) === 0) return false;
  const last = segments.at(-1)!;
  const isName = (bits & Is.name) !== 0 && source.isLeaf(node);
  // Only an import can give another last name.
  if (!isName && !source.text.startsWith(last, source.end(node) - last.length)) return false;
  const path = source.pathOf(node);
  if (path === undefined) return false;
  if (equal(path, segments)) return true;
  const { names, wildcards } = source.aliases;
  const meant = names.get(path[0]!);
  if (meant !== undefined && equal([...meant, ...path.slice(1)], segments)) return true;
  return path.length < segments.length && wildcards.some((base) => equal([...base, ...path], segments));
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => name === b[index]);
}
