import type { Language } from "web-tree-sitter";
import {
  END,
  FIELD_MASK,
  FIELD_SHIFT,
  ROW,
  START,
  STRIDE,
  SUBTREE_END,
  SYMBOL_MASK,
} from "../parse/flat-tree.ts";
import type { FlatTree } from "../parse/flat-tree.ts";

/** A number for each kind of node that is looked for in a whole tree; 0 for all others. */
export class KindTable {
  readonly #numbers = new Uint8Array(1 << 16);

  constructor({ types }: Pick<Language, "types">, numbers: ReadonlyMap<string, number>) {
    for (const [symbol, kind] of types.entries()) this.#numbers[symbol] = numbers.get(kind) ?? 0;
  }

  of(tree: TreeReader, node: number): number {
    return this.#numbers[tree.nodes[node * STRIDE]! & SYMBOL_MASK]!;
  }
}

/** A flat tree read by the names that its grammar gives to kinds and fields. */
export class TreeReader {
  readonly nodes: Uint32Array;
  readonly count: number;
  readonly text: string;
  readonly #kinds: readonly string[];
  readonly #fields: readonly (string | null)[];

  constructor(
    { nodes, count }: FlatTree,
    text: string,
    { types, fields }: Pick<Language, "types" | "fields">,
  ) {
    this.nodes = nodes;
    this.count = count;
    this.text = text;
    this.#kinds = types;
    this.#fields = fields;
  }

  /** Empty for a place that the grammar could not make sense of. */
  kind(node: number): string {
    return this.#kinds[this.nodes[node * STRIDE]! & SYMBOL_MASK] ?? "";
  }

  field(node: number): string {
    return this.#fields[(this.nodes[node * STRIDE]! >>> FIELD_SHIFT) & FIELD_MASK] ?? "";
  }

  start(node: number): number {
    return this.nodes[node * STRIDE + START]!;
  }

  end(node: number): number {
    return this.nodes[node * STRIDE + END]!;
  }

  /** From 1. */
  line(node: number): number {
    return this.nodes[node * STRIDE + ROW]! + 1;
  }

  /** The first node behind the subtree. */
  after(node: number): number {
    return this.nodes[node * STRIDE + SUBTREE_END]!;
  }

  textOf(node: number): string {
    return this.text.slice(this.start(node), this.end(node));
  }

  *children(node: number): Generator<number> {
    const end = this.after(node);
    for (let child = node + 1; child < end; child = this.after(child)) yield child;
  }

  /** First direct child of one of the kinds; -1: none. */
  child(node: number, ...kinds: readonly string[]): number {
    for (const child of this.children(node)) if (kinds.includes(this.kind(child))) return child;
    return -1;
  }

  /** First direct child in a field; -1: none. */
  childIn(node: number, field: string): number {
    for (const child of this.children(node)) if (this.field(child) === field) return child;
    return -1;
  }

  /** What a string says, without quotes; undefined for anything else. */
  string(node: number): string | undefined {
    return this.kind(node) === "string" ? this.textOf(node).slice(1, -1) : undefined;
  }
}
