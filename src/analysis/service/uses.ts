import type { ParsedFile } from "../file/measure-file.ts";
import {
  END,
  FIELD_MASK,
  FIELD_SHIFT,
  NAMED,
  ROW,
  START,
  STRIDE,
  SUBTREE_END,
  SYMBOL_MASK,
} from "../parse/flat-tree.ts";
import type { Use, UseKind } from "./wire.ts";

const MAX_TEXT = 200;
/** Leaves with the text of a name that are no name: parts of strings, comments, plain text. */
const NOT_A_NAME = /comment|string|content|escape|text|heredoc|number|literal|regex/;

/**
 * Every place where a name stands in code: no strings, no comments. By name alone: two things of one name are not told
 * apart. The kind is read from the tree around it.
 */
export function usesIn({ text, tree, grammar, data }: ParsedFile, name: string): Use[] {
  const { nodes, count } = tree;
  const { language } = grammar;
  const typeOf = (node: number): string => language.nodeTypeForId(nodes[node * STRIDE]! & SYMBOL_MASK) ?? "";
  const fieldOf = (node: number): string =>
    language.fieldNameForId((nodes[node * STRIDE]! >>> FIELD_SHIFT) & FIELD_MASK) ?? "";
  const declares = new Set(
    [data.functions, data.types, data.values ?? {}].flatMap((roles) => Object.keys(roles)),
  );
  const open: number[] = [];
  const uses: Use[] = [];
  for (let node = 0; node < count; node++) {
    const at = node * STRIDE;
    while (open.length > 0 && nodes[open.at(-1)! * STRIDE + SUBTREE_END]! <= node) open.pop();
    if (nodes[at + SUBTREE_END]! !== node + 1) {
      open.push(node);
      continue;
    }
    const start = nodes[at + START]!;
    if (nodes[at + END]! - start !== name.length || (nodes[at]! & NAMED) === 0) continue;
    if (!text.startsWith(name, start) || NOT_A_NAME.test(typeOf(node))) continue;
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    uses.push({
      line: nodes[at + ROW]! + 1,
      column: start - lineStart + 1,
      kind: kindOf(node),
      text: lineAt(text, lineStart),
    });
  }
  return uses;

  function kindOf(leaf: number): UseKind {
    const around = open.toReversed();
    if (
      around
        .slice(0, 4)
        .some((node) => /import|include|use_declaration|using_directive|require/.test(typeOf(node)))
    )
      return "import";
    let field = fieldOf(leaf);
    for (const node of around) {
      if (field === "left" && /assign|augment/.test(typeOf(node))) return "write";
      // C and its kin nest declarators: the name stands at the end of a chain of them.
      if (field !== "name" && field !== "declarator") break;
      if (declares.has(typeOf(node))) return "definition";
      field = fieldOf(node);
    }
    const end = nodes[leaf * STRIDE + END]!;
    return /^\s*(?:<[\w\s,.:*&]*>\s*)?\(/.test(text.slice(end, end + 80)) ? "call" : "read";
  }
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf("\n", start);
  return text
    .slice(start, end === -1 ? undefined : end)
    .trim()
    .slice(0, MAX_TEXT);
}
