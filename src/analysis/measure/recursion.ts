import { END, NAMED, START, STRIDE, SUBTREE_END, SYMBOL_MASK } from "../parse/flat-tree.ts";
import type { CompiledCall, CompiledLanguage } from "./compiled-language.ts";
import { Role } from "./roles.ts";
import { childByField } from "./field-path.ts";
import type { OpenFunction } from "./open-function.ts";

/**
 * Which of the open functions a call goes to, the innermost first, or -1. A function that has been found
 * recursive before is not looked for again: recursion counts once.
 */
export function calledLevel(
  language: CompiledLanguage,
  nodes: Uint32Array,
  text: string,
  node: number,
  symbol: number,
  open: readonly OpenFunction[],
): number {
  const call = language.calls.get(symbol)!;
  const callee = childByField(nodes, node, call.callee);
  if (callee < 0) return -1;
  const start = nodes[callee * STRIDE + START]!;
  const end = nodes[callee * STRIDE + END]!;
  const receiver = call.receiver === 0 ? -1 : childByField(nodes, node, call.receiver);
  for (let level = open.length - 1; level >= 0; level--) {
    const called = open[level]!;
    if (
      !called.recursive &&
      names(language, text, called, start, end, receiver >= 0) &&
      reaches(language, nodes, text, called, node, call, receiver)
    )
      return level;
  }
  return -1;
}

/** Whether the callee's text names the function: bare, or behind a word for the object at hand. */
function names(
  language: CompiledLanguage,
  text: string,
  called: OpenFunction,
  start: number,
  end: number,
  hasReceiver: boolean,
): boolean {
  const { name, facts } = called;
  const prefixLength = end - start - name.length;
  if (name === "" || prefixLength < 0 || !text.startsWith(name, end - name.length)) return false;
  const isMethod = facts.container !== undefined && facts.kind !== "function" && facts.kind !== "lambda";
  const { selfPrefixes = [], bareCallsAreFunctions } = language.data;
  if (prefixLength === 0) return hasReceiver || !(isMethod && bareCallsAreFunctions === true);
  if (facts.kind === "function" && facts.container === undefined) return false;
  const prefix = text.slice(start, start + prefixLength);
  return prefix === called.selfPrefix || selfPrefixes.includes(prefix);
}

/** Whether a call goes to the object at hand and passes as many arguments as the function takes. */
function reaches(
  language: CompiledLanguage,
  nodes: Uint32Array,
  text: string,
  called: OpenFunction,
  node: number,
  call: CompiledCall,
  receiver: number,
): boolean {
  if (receiver >= 0) {
    const written = text.slice(nodes[receiver * STRIDE + START], nodes[receiver * STRIDE + END]);
    const prefixes = language.data.selfPrefixes ?? [];
    if (!prefixes.some((prefix) => prefix.startsWith(written) && prefix.length <= written.length + 2))
      return false;
  }
  const list = call.arguments === 0 ? -1 : childByField(nodes, node, call.arguments);
  return list < 0 || countArguments(language, nodes, list) === called.facts.parameters;
}

function countArguments(language: CompiledLanguage, nodes: Uint32Array, list: number): number {
  let count = 0;
  const end = nodes[list * STRIDE + SUBTREE_END]!;
  for (let child = list + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!) {
    const head = nodes[child * STRIDE]!;
    if (head & NAMED && !(language.roles[head & SYMBOL_MASK]! & Role.comment)) count++;
  }
  return count;
}
