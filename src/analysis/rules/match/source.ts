import type { FieldPath } from "../../measure/field-path.ts";
import { follow } from "../../measure/field-path.ts";
import {
  END,
  EXTRA,
  FIELD_MASK,
  FIELD_SHIFT,
  type FlatTree,
  NAMED,
  START,
  STRIDE,
  SUBTREE_END,
  SYMBOL_MASK,
} from "../../parse/flat-tree.ts";
import { type CompiledSyntax, Is } from "../syntax/compile-syntax.ts";
import { type Aliases, readAliases } from "./aliases.ts";
import { Constants } from "./constants.ts";
import { stringContent } from "./string-content.ts";

/** Longer sums of strings are not added up: the stack is finite. */
const DEEPEST = 200;

/**
 * A flat tree with its text, as rules look at it: punctuation, comments and wrappers that say nothing are passed over.
 * What only some rules need (parents, constants, aliases) is made when it is first asked for.
 */
export class Source {
  readonly nodes: Uint32Array;
  readonly count: number;
  readonly text: string;
  readonly syntax: CompiledSyntax;
  readonly #is: Uint32Array;
  #parents: Int32Array | undefined;
  #aliases: Aliases | undefined;
  #constants: Constants | undefined;

  constructor(tree: FlatTree, text: string, syntax: CompiledSyntax) {
    this.nodes = tree.nodes;
    this.count = tree.count;
    this.text = text;
    this.syntax = syntax;
    this.#is = syntax.is;
  }

  symbol(node: number): number {
    return this.nodes[node * STRIDE]! & SYMBOL_MASK;
  }

  /** Bits of `Is`. */
  is(node: number): number {
    return this.#is[this.nodes[node * STRIDE]! & SYMBOL_MASK]!;
  }

  start(node: number): number {
    return this.nodes[node * STRIDE + START]!;
  }

  end(node: number): number {
    return this.nodes[node * STRIDE + END]!;
  }

  /** The first node behind the subtree. */
  after(node: number): number {
    return this.nodes[node * STRIDE + SUBTREE_END]!;
  }

  isLeaf(node: number): boolean {
    return this.nodes[node * STRIDE + SUBTREE_END] === node + 1;
  }

  isNamed(node: number): boolean {
    return (this.nodes[node * STRIDE]! & NAMED) !== 0;
  }

  field(node: number): number {
    return (this.nodes[node * STRIDE]! >>> FIELD_SHIFT) & FIELD_MASK;
  }

  textOf(node: number): string {
    return this.text.slice(this.nodes[node * STRIDE + START], this.nodes[node * STRIDE + END]);
  }

  /** From `node` on, the first that counts before `end`, else `end`. */
  significant(node: number, end: number): number {
    const nodes = this.nodes;
    let at = node;
    while (at < end) {
      const head = nodes[at * STRIDE]!;
      if ((head & EXTRA) === 0 && (this.#is[head & SYMBOL_MASK]! & Is.significant) !== 0) return at;
      at = nodes[at * STRIDE + SUBTREE_END]!;
    }
    return end;
  }

  /** The next sibling that counts, else `end`. */
  next(node: number, end: number): number {
    return this.significant(this.after(node), end);
  }

  children(node: number): number[] {
    const end = this.after(node);
    const children: number[] = [];
    for (let child = this.significant(node + 1, end); child < end; child = this.next(child, end))
      children.push(child);
    return children;
  }

  /** The first child that counts, or -1. */
  firstChild(node: number): number {
    const end = this.after(node);
    const child = this.significant(node + 1, end);
    return child < end ? child : -1;
  }

  /** Through parentheses and other wrappers that hold one thing. */
  unwrap(node: number): number {
    let at = node;
    while ((this.is(at) & Is.transparent) !== 0) {
      const end = this.after(at);
      const child = this.significant(at + 1, end);
      if (child >= end || this.next(child, end) < end) return at;
      at = child;
    }
    return at;
  }

  /** The name in a parameter, the value behind an assertion of its type; -1 where there is none. */
  namedPart(node: number): number {
    const symbol = this.symbol(node);
    const path = this.syntax.named.get(symbol);
    if (path === undefined) return this.syntax.named.has(symbol) ? this.firstChild(node) : -1;
    const found = follow(this.nodes, node, path);
    return found === node ? -1 : found;
  }

  follow(node: number, path: FieldPath | undefined): number {
    return path === undefined ? -1 : follow(this.nodes, node, path);
  }

  /** By node; -1 for the root. */
  get parents(): Int32Array {
    if (this.#parents === undefined) {
      const { nodes, count } = this;
      const parents = new Int32Array(count).fill(-1);
      for (let node = 0; node < count; node++) {
        const end = nodes[node * STRIDE + SUBTREE_END]!;
        for (let child = node + 1; child < end; child = nodes[child * STRIDE + SUBTREE_END]!)
          parents[child] = node;
      }
      this.#parents = parents;
    }
    return this.#parents;
  }

  /** The statement around a node: the ancestor, or the node itself, that stands in a block. */
  statementOf(node: number): number {
    const { parents } = this;
    let at = node;
    for (let parent = parents[at]!; parent >= 0; at = parent, parent = parents[at]!)
      if ((this.is(parent) & Is.block) !== 0) return at;
    return at;
  }

  get aliases(): Aliases {
    return (this.#aliases ??= readAliases(this));
  }

  get constants(): Constants {
    return (this.#constants ??= new Constants(this));
  }

  /** The characters of a string literal; undefined where something is put into it, and for what is none. */
  stringValue(node: number, depth = 0): string | undefined {
    if (depth > DEEPEST) return undefined;
    const bits = this.is(node);
    if ((bits & Is.string) !== 0) {
      let joined: string | undefined;
      const end = this.after(node);
      for (let child = node + 1; child < end; child = this.after(child)) {
        const inner = this.is(child);
        if ((inner & Is.string) !== 0) {
          const part = this.stringValue(child, depth + 1);
          if (part === undefined) return undefined;
          joined = (joined ?? "") + part;
        } else if ((inner & Is.named) !== 0 && (inner & Is.stringPart) === 0) return undefined;
      }
      return joined ?? stringContent(this.textOf(node));
    }
    if ((bits & Is.concatenation) === 0) return undefined;
    let joined = "";
    for (const child of this.children(node)) {
      if (!this.isNamed(child)) {
        if (!/^[+.]$/.test(this.textOf(child))) return undefined;
        continue;
      }
      const part = this.stringValue(this.unwrap(child), depth + 1);
      if (part === undefined) return undefined;
      joined += part;
    }
    return joined;
  }

  numberValue(node: number): number | undefined {
    if ((this.is(node) & Is.number) === 0) return undefined;
    const value = Number(
      this.textOf(node)
        .replace(/[_']/g, "")
        .replace(/(?<=^\d+)(?:[uil]\d*|n|usize|isize)+$/i, "")
        .replace(/^0(?=[0-7]+$)/, "0o"),
    );
    return Number.isNaN(value) ? undefined : value;
  }

  /** Whether a string has something put into it, or is of a kind that may. */
  isTemplate(node: number, begins: string): boolean {
    return (
      (this.is(node) & Is.string) !== 0 &&
      (this.text.startsWith(begins, this.start(node)) || this.stringValue(node) === undefined)
    );
  }

  /** `a.b.c` as its names; undefined where it is anything else. */
  pathOf(node: number): string[] | undefined {
    const names: string[] = [];
    let at = node;
    for (;;) {
      const bits = this.is(at);
      if ((bits & Is.name) !== 0 && this.isLeaf(at)) {
        names.push(this.textOf(at));
        return names.toReversed();
      }
      if ((bits & Is.member) === 0) return this.#namespace(node);
      const [objectPath, namePath] = this.syntax.members.get(this.symbol(at))!;
      const object = follow(this.nodes, at, objectPath);
      const first = follow(this.nodes, at, namePath);
      // Where both sides are of one kind, the name is the last.
      const name = first === object ? (this.children(at).at(-1) ?? -1) : first;
      if (object < 0 || name < 0 || object === name || !this.isLeaf(name)) return this.#namespace(node);
      // A call may have more to it than an object and a name: arguments, a block.
      if ((bits & Is.call) !== 0 && this.end(name) !== this.end(at)) return undefined;
      names.push(this.textOf(name));
      at = object;
    }
  }

  /** Namespaces that are one node: PHP's `A\B`. */
  #namespace(node: number): string[] | undefined {
    const text = this.textOf(node);
    return /^\\?\w+(?:\\\w+)+$/.test(text) ? text.replace(/^\\/, "").split("\\") : undefined;
  }
}
