/**
 * A syntax tree as one array of integers, in preorder: five per node. Every analysis is a loop over it, and a
 * whole subtree is skipped by jumping to its end. Positions are UTF-16 code units of the decoded text.
 */
export interface FlatNodes {
  nodes: Uint32Array;
  count: number;
  /** Nodes that are errors or missing. */
  errors: number;
}

export interface FlatTree extends FlatNodes {
  /** Of the text, and more behind them (`text-units.ts`). */
  units: Uint16Array;
}

/** Integers per node. */
export const STRIDE = 5;
// At 0 stands the head: symbol (16 bits), field (8), then the flags below.
export const START = 1;
export const END = 2;
/** Row of the start, counted from 0. */
export const ROW = 3;
/** Index of the first node after this one's subtree. */
export const SUBTREE_END = 4;

export const NAMED = 1 << 24;
export const MISSING = 1 << 25;
/** Comments and other nodes the grammar allows anywhere. */
export const EXTRA = 1 << 26;

export const SYMBOL_MASK = 0xffff;
export const FIELD_SHIFT = 16;
export const FIELD_MASK = 0xff;
/** tree-sitter's symbol of an ERROR node. */
export const ERROR_SYMBOL = 0xffff;
