import { END, START, STRIDE, SUBTREE_END, SYMBOL_MASK } from "../parse/flat-tree.ts";

export function textOf(nodes: Uint32Array, text: string, node: number): string {
  return text.slice(nodes[node * STRIDE + START], nodes[node * STRIDE + END]);
}

/** Whether a direct child has one of the kinds. */
export function hasChild(nodes: Uint32Array, node: number, kinds: ReadonlySet<number>): boolean {
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    if (kinds.has(nodes[child * STRIDE]! & SYMBOL_MASK)) return true;
  }
  return false;
}

/** Whether a direct child of a kind holds one of the texts: all words of it (`static final` of Java's modifiers). */
export function hasText(
  nodes: Uint32Array,
  text: string,
  node: number,
  kind: number,
  texts: readonly string[],
): boolean {
  if (kind === 0) return false;
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    if ((nodes[child * STRIDE]! & SYMBOL_MASK) !== kind) continue;
    const words = textOf(nodes, text, child).split(/\s+/);
    if (texts.some((wanted) => wanted.split(" ").every((word) => words.includes(word)))) return true;
  }
  return false;
}
