import type { Source } from "../match/source.ts";
import { Is } from "../syntax/compile-syntax.ts";
import type { Held, Taint } from "./origins.ts";

/** What `target` held is gone, except where it is one element of many. */
export function assign(held: Held, source: Source, target: number, taint: Taint): void {
  const node = innermost(source, target);
  const bits = source.is(node);
  if ((bits & Is.subscript) !== 0) addTo(held, source, node, taint);
  else if ((bits & (Is.member | Is.call)) !== 0) held.set(plainText(source, node), taint);
  else for (const name of leafNames(source, node)) held.set(name, taint);
}

/** Besides what is there already; what an element is given, the whole holds. */
export function addTo(held: Held, source: Source, target: number, taint: Taint): void {
  let node = innermost(source, target);
  while ((source.is(node) & Is.subscript) !== 0) {
    const container = source.follow(node, source.syntax.subscripts.get(source.symbol(node)));
    const inner = container < 0 || container === node ? source.firstChild(node) : container;
    if (inner < 0 || inner === node) break;
    node = source.unwrap(inner);
  }
  if ((source.is(node) & (Is.member | Is.call)) !== 0) held.add(plainText(source, node), taint);
  else for (const name of leafNames(source, node)) held.add(name, taint);
}

function innermost(source: Source, node: number): number {
  let at = source.unwrap(node);
  for (let inner = source.namedPart(at); inner >= 0 && inner !== at; inner = source.namedPart(at))
    at = source.unwrap(inner);
  return at;
}

/** Names that are given something; of a declaration in C, the one that is declared. */
function leafNames(source: Source, node: number): string[] {
  const names: string[] = [];
  const end = source.after(node);
  for (let at = node; at < end && names.length < 50; at++)
    if ((source.is(at) & Is.name) !== 0 && source.isLeaf(at)) names.push(source.textOf(at));
  return names;
}

/** A place as it is written, without white space: what it holds is kept under this. */
export function plainText(source: Source, node: number): string {
  const text = source.textOf(node);
  return text.length > 200 ? "." : `.${text.replace(/\s+/g, "")}`;
}

/** Code in a step of a flow. */
export function shortText(source: Source, node: number): string {
  const text = source.textOf(node).replace(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
