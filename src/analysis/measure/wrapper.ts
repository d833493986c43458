import { NAMED, STRIDE, SUBTREE_END, SYMBOL_MASK } from "../parse/flat-tree.ts";
import type { CompiledLanguage } from "./compiled-language.ts";
import { Role } from "./roles.ts";

/**
 * Whether a body only wraps another function, in languages that tell so by the kinds in it (Python decorators):
 * nothing but these kinds, and one of them is a function.
 */
export function onlyWraps(language: CompiledLanguage, nodes: Uint32Array, body: number): boolean {
  const { wrapperKinds, roles } = language;
  if (wrapperKinds === undefined || body < 0) return false;
  let wraps = false;
  const end = nodes[body * STRIDE + SUBTREE_END]!;
  for (let child = body + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    const head = nodes[child * STRIDE]!;
    if (!(head & NAMED) || roles[head & SYMBOL_MASK]! & Role.comment) continue;
    if (!wrapperKinds.has(head & SYMBOL_MASK)) return false;
    wraps ||= isFunction(language, nodes, child) || holdsFunction(language, nodes, child);
  }
  return wraps;
}

function isFunction(language: CompiledLanguage, nodes: Uint32Array, node: number): boolean {
  const role = language.functions.get(nodes[node * STRIDE]! & SYMBOL_MASK)?.role;
  return role !== undefined && role.kind !== "lambda";
}

/** Whether a direct child is a function: it may be decorated. */
function holdsFunction(language: CompiledLanguage, nodes: Uint32Array, node: number): boolean {
  const end = nodes[node * STRIDE + SUBTREE_END]!;
  for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    if (isFunction(language, nodes, child)) return true;
  }
  return false;
}
