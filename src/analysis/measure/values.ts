import {
  END,
  FIELD_MASK,
  FIELD_SHIFT,
  NAMED,
  START,
  STRIDE,
  SUBTREE_END,
  SYMBOL_MASK,
} from "../parse/flat-tree.ts";
import type { CompiledLanguage, CompiledPatterns, CompiledValue } from "./compiled-language.ts";
import { childByField, follow, followAll } from "./field-path.ts";
import { hasChild, hasText, textOf } from "./node-text.ts";
import { Role } from "./roles.ts";

export interface FoundValue {
  name: string;
  kind: string;
  /** The node where it stands. */
  at: number;
  /** Its signature goes to the end of the line of this position. */
  head: number;
}

/** Constants, variables and fields that a node declares, in the order in which they are written. */
export function readValues(
  language: CompiledLanguage,
  nodes: Uint32Array,
  text: string,
  node: number,
  symbol: number,
  parent: number,
  /** Its symbol. */
  grandparent: number,
): FoundValue[] {
  const compiled = language.values
    .get(symbol)!
    .find((each) => isValue(each, nodes, text, node, parent, grandparent));
  if (compiled === undefined) return [];
  const { role, pattern } = compiled;
  const nameNodes = role.name.includes("[]")
    ? followAll(nodes, node, compiled.name)
    : [follow(nodes, node, compiled.name)];
  const found: FoundValue[] = [];
  for (const nameNode of nameNodes) {
    if (nameNode < 0) continue;
    const isPattern = compiled.patterns?.kinds.has(nodes[nameNode * STRIDE]! & SYMBOL_MASK) === true;
    for (const leaf of isPattern ? namesIn(language, nodes, nameNode, compiled.patterns!) : [nameNode]) {
      // What has parts is no name (`a.b = 1`), and Go's grammar puts the commas in the field too.
      if (nodes[leaf * STRIDE + SUBTREE_END] !== leaf + 1 || !(nodes[leaf * STRIDE]! & NAMED)) continue;
      const name = textOf(nodes, text, leaf);
      if (pattern !== undefined && !pattern.test(name)) continue;
      // A name in a pattern has a place of its own, and all of the pattern says what it is.
      if (isPattern) found.push({ name, kind: role.kind, at: leaf, head: nodes[nameNode * STRIDE + END]! });
      else found.push({ name, kind: role.kind, at: node, head: nodes[node * STRIDE + START]! });
    }
  }
  return found;
}

/** Leaves of a pattern, however deep it is. */
function namesIn(
  language: CompiledLanguage,
  nodes: Uint32Array,
  pattern: number,
  { kinds, withoutFields }: CompiledPatterns,
): number[] {
  const leaves: number[] = [];
  const end = nodes[pattern * STRIDE + SUBTREE_END]!;
  for (let at = pattern + 1; at < end;) {
    const head = nodes[at * STRIDE]!;
    const symbol = head & SYMBOL_MASK;
    const isMeant = !withoutFields.has((head >>> FIELD_SHIFT) & FIELD_MASK);
    if (isMeant && kinds.has(symbol)) {
      at++;
      continue;
    }
    if (isMeant && !(language.roles[symbol]! & Role.comment)) leaves.push(at);
    at = nodes[at * STRIDE + SUBTREE_END]!;
  }
  return leaves;
}

function isValue(
  compiled: CompiledValue,
  nodes: Uint32Array,
  text: string,
  node: number,
  parent: number,
  grandparent: number,
): boolean {
  const { parents, grandparents, tokens, only, unless, needs } = compiled;
  return (
    (parents === undefined || (parent >= 0 && parents.has(nodes[parent * STRIDE]! & SYMBOL_MASK))) &&
    (grandparents === undefined || grandparents.has(grandparent)) &&
    (tokens === undefined ||
      hasChild(nodes, node, tokens) ||
      (parent >= 0 && hasChild(nodes, parent, tokens))) &&
    (only === undefined || hasText(nodes, text, node, only.within, only.texts)) &&
    (unless === undefined || !hasText(nodes, text, node, unless.within, unless.texts)) &&
    (needs === 0 || childByField(nodes, node, needs) >= 0)
  );
}
