import { Is } from "../syntax/compile-syntax.ts";
import type { Source } from "./source.ts";

interface Assigned {
  /** Function around it; -1 at the top. */
  scope: number;
  /** -1 where the value is not known. */
  value: number;
}

/**
 * Names that hold one value: given it once in their function, or once at the top of the file and never again inside
 * the function that asks. Names of parameters hold anything.
 */
export class Constants {
  readonly #source: Source;
  readonly #byName = new Map<string, Assigned[]>();
  readonly #scopes: Int32Array;

  constructor(source: Source) {
    this.#source = source;
    this.#scopes = scopesOf(source);
    const { syntax } = source;
    for (let node = 0; node < source.count; node++) {
      const bits = source.is(node);
      if ((bits & Is.assignment) !== 0) {
        const role = syntax.assignments.get(source.symbol(node))!;
        const target = source.unwrap(source.follow(node, role.target));
        const value = role.augmented ? -1 : this.valueNode(node);
        if (target >= 0) this.#note(target, value, node);
      } else if ((bits & Is.namedParameter) !== 0) {
        const name = source.namedPart(node);
        if (name >= 0) this.#note(name, -1, node);
      } else if ((bits & Is.iteration) !== 0) {
        const target = source.follow(node, syntax.iterations.get(source.symbol(node))![0]);
        if (target >= 0) this.#note(target, -1, node);
      }
    }
  }

  /** What an assignment gives to its target, or -1. */
  valueNode(assignment: number): number {
    const { syntax } = this.#source;
    return valueOf(this.#source, assignment, syntax.assignments.get(this.#source.symbol(assignment))!.value);
  }

  /** The node whose value a name has at a place, or -1. */
  of(node: number): number {
    const source = this.#source;
    const assigned = this.#byName.get(source.textOf(node));
    if (assigned === undefined) return -1;
    for (let scope = this.#scopes[node]!; ; scope = this.#scopes[scope]!) {
      const here = assigned.filter((one) => one.scope === scope);
      if (here.length > 0) return here.length === 1 ? here[0]!.value : -1;
      if (scope < 0) return -1;
    }
  }

  #note(target: number, value: number, node: number): void {
    const source = this.#source;
    const end = source.after(target);
    const isPlain = (source.is(target) & Is.name) !== 0 && source.isLeaf(target);
    // Several names at once: each gets a part of something.
    for (let at = target; at < end; at++) {
      if ((source.is(at) & Is.name) === 0 || !source.isLeaf(at)) continue;
      const name = source.textOf(at);
      const list = this.#byName.get(name);
      const one = { scope: this.#scopes[node]!, value: isPlain ? value : -1 };
      if (list === undefined) this.#byName.set(name, [one]);
      else list.push(one);
    }
  }
}

export function valueOf(source: Source, node: number, path: Parameters<Source["follow"]>[1]): number {
  if (path !== undefined) {
    const value = source.follow(node, path);
    return value < 0 ? -1 : source.unwrap(value);
  }
  // The last named child, behind `=`.
  const children = source.children(node);
  const last = children.at(-1);
  const sign = children.at(-2);
  return last !== undefined && sign !== undefined && source.textOf(sign) === "=" ? source.unwrap(last) : -1;
}

/** By node: the innermost function around it, -1 at the top. */
function scopesOf(source: Source): Int32Array {
  const scopes = new Int32Array(source.count).fill(-1);
  const open: number[] = [];
  for (let node = 0; node < source.count; node++) {
    while (open.length > 0 && node >= source.after(open.at(-1)!)) open.pop();
    scopes[node] = open.at(-1) ?? -1;
    if ((source.is(node) & Is.function) !== 0) open.push(node);
  }
  return scopes;
}
