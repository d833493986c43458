import {
  EXTRA,
  FIELD_MASK,
  FIELD_SHIFT,
  type FlatNodes,
  MISSING,
  NAMED,
  STRIDE,
  SYMBOL_MASK,
} from "./flat-tree.ts";

/*
 * Reads tree-sitter's own nodes straight from WASM memory: about 90 MB/s of source, against 20 through a
 * TreeCursor that crosses the WASM border at every step. The layout is internal to tree-sitter (subtree.h,
 * parser.h; 0.25 to 0.27, 32-bit), so web-tree-sitter is pinned, a self-check compares this walk with the
 * cursor's at start (`walk.ts`), and a test compares both on every node of real files in every language.
 */

/** Byte offsets in `TSLanguage`. */
const LANGUAGE = {
  symbolCount: 4,
  aliasCount: 8,
  fieldCount: 32,
  maxAliasSequenceLength: 36,
  fieldMapSlices: 64,
  fieldMapEntries: 68,
  symbolMetadata: 72,
  publicSymbolMap: 76,
  aliasSequences: 84,
  productionIdCount: 28,
} as const;

/** Byte offsets in a heap-allocated `SubtreeHeapData`. */
const NODE = {
  paddingBytes: 4,
  paddingRows: 8,
  sizeBytes: 16,
  sizeRows: 20,
  childCount: 36,
  symbol: 40,
  /** The byte behind it has more of them. */
  flags: 44,
  visibleChildCount: 48,
  visibleDescendantCount: 56,
  productionId: 66,
} as const;

const POINTER_BYTES = 8; // a Subtree is a union of 8 bytes: an inline leaf or a pointer
const FLAG_VISIBLE = 1;
const FLAG_EXTRA = 4;
const FLAG_MISSING = 2 << 8;
const INLINE_VISIBLE = 2;
const INLINE_EXTRA = 8;
const INLINE_MISSING = 32;
const NONE = 0xffff;
/** Integers saved for each open node. */
const FRAME = 6;
/** In what a production says of a child: it goes by another symbol, which stands there as in a head. */
const ALIASED = 1 << 31;
const FIELD = FIELD_MASK << FIELD_SHIFT;
/** What a head says of the node itself. */
const OWN = SYMBOL_MASK | NAMED;

interface LanguageTables {
  maxAlias: number;
  /** [production * maxAlias + child] → field and, if it is ALIASED, symbol, as in a head. */
  children: Int32Array;
  /** Symbol of tree-sitter's tables → symbol that others see, as in a head. */
  heads: Int32Array;
}

function readTables(memory: WebAssembly.Memory, language: number): LanguageTables {
  const u8 = new Uint8Array(memory.buffer);
  const u16 = new Uint16Array(memory.buffer);
  const u32 = new Uint32Array(memory.buffer);
  const word = (offset: number): number => u32[(language + offset) >> 2]!;
  const productions = word(LANGUAGE.productionIdCount);
  const maxAlias = u16[(language + LANGUAGE.maxAliasSequenceLength) >> 1]!;
  const symbols = word(LANGUAGE.symbolCount) + word(LANGUAGE.aliasCount);
  const slices = word(LANGUAGE.fieldMapSlices);
  const entries = word(LANGUAGE.fieldMapEntries);
  const aliasSequences = word(LANGUAGE.aliasSequences);
  const metadata = word(LANGUAGE.symbolMetadata);
  const publicMap = word(LANGUAGE.publicSymbolMap) >> 1;

  const heads = new Int32Array(symbols);
  for (let symbol = 0; symbol < symbols; symbol++)
    heads[symbol] = u16[publicMap + symbol]! | (u8[metadata + symbol * 3 + 1] === 0 ? 0 : NAMED);
  const children = new Int32Array(productions * (maxAlias || 1));
  const hasFields = word(LANGUAGE.fieldCount) > 0;
  for (let production = 0; production < productions; production++) {
    if (hasFields) {
      const first = u16[(slices >> 1) + production * 2]!;
      const length = u16[(slices >> 1) + production * 2 + 1]!;
      // The first entry of a child wins, as in ts_tree_cursor_current_field_id: write them in reverse.
      for (let entry = first + length - 1; entry >= first; entry--) {
        const at = entries + entry * 4;
        const inherited = u8[at + 3];
        if (!inherited) children[production * maxAlias + u8[at + 2]!] = u16[at >> 1]! << FIELD_SHIFT;
      }
    }
    if (production > 0) {
      for (let child = 0; child < maxAlias; child++) {
        const alias = u16[(aliasSequences >> 1) + production * maxAlias + child]!;
        if (alias !== 0) children[production * maxAlias + child]! |= ALIASED | heads[alias]!;
      }
    }
  }
  return { maxAlias, children, heads };
}

/** Integers that walkers write and read again, whatever their language: each tree overwrites the one before. */
let output = new Uint32Array((1 << 16) * STRIDE);
let stack = new Int32Array(512 * FRAME);

/**
 * Makes the walker of one language. `language` and the `tree` given to the walker are the addresses that
 * web-tree-sitter keeps in field 0 of its objects. The returned tree's array is reused by the next call of any walker.
 */
export function makeRawWalk(memory: WebAssembly.Memory, language: number): (tree: number) => FlatNodes {
  const { maxAlias, children, heads } = readTables(memory, language);
  let u16 = new Uint16Array(memory.buffer);
  let u32 = new Uint32Array(memory.buffer);

  return (tree) => {
    if (u32.buffer !== memory.buffer) {
      u16 = new Uint16Array(memory.buffer);
      u32 = new Uint32Array(memory.buffer);
    }
    // Locals: a captured variable is loaded anew at each use, which costs a third of the speed.
    const halves = u16;
    const words = u32;
    const root = words[tree >> 2]!;
    if (root & 1) throw new Error("the root of a tree is an inline leaf");
    const most = (words[(root + NODE.visibleDescendantCount) >> 2]! + 1) * STRIDE;
    if (most > output.length) output = new Uint32Array(Math.max(most, output.length * 2));
    const out = output;
    let saved = stack;
    let at = 0; // where the next node goes in `out`: count * STRIDE
    let count = 0;
    let errors = 0;

    // The open inner node whose children are being read; those above it are in `saved`.
    let nextChild = 0;
    let childrenEnd = 0;
    let structural = 0; // index of the next child that is not an extra, plus the base of its production
    let structuralEnd = 0;
    let position = 0; // bytes; behind a node's last child it is that of the node's end
    let row = 0;
    let openAt = 0; // -1 for a hidden node
    let hiddenField = 0; // field that a hidden node hands down to its children, as in a head
    let depth = 0;

    const rootSymbol = halves[(root + NODE.symbol) >> 1]!;
    const rootStart = words[(root + NODE.paddingBytes) >> 2]!;
    if (rootSymbol === NONE) errors++;
    out[0] = rootSymbol === NONE ? NONE | NAMED : heads[rootSymbol]! | NAMED;
    out[1] = rootStart >> 1;
    out[2] = (rootStart + words[(root + NODE.sizeBytes) >> 2]!) >> 1;
    out[3] = words[(root + NODE.paddingRows) >> 2]!;
    at = STRIDE;
    count = 1;
    // Children are stored right in front of their parent.
    childrenEnd = root;
    nextChild = root - words[(root + NODE.childCount) >> 2]! * POINTER_BYTES;
    structural = halves[(root + NODE.productionId) >> 1]! * maxAlias;
    structuralEnd = structural + maxAlias;

    for (;;) {
      if (nextChild === childrenEnd) {
        if (openAt >= 0) out[openAt + 4] = count;
        if (depth === 0) break;
        const frame = --depth * FRAME;
        nextChild = saved[frame]!;
        childrenEnd = saved[frame + 1]!;
        structural = saved[frame + 2]!;
        structuralEnd = saved[frame + 3]!;
        openAt = saved[frame + 4]!;
        hiddenField = saved[frame + 5]!;
        continue;
      }
      const slot = nextChild;
      nextChild = slot + POINTER_BYTES;
      const word = words[slot >> 2]!;

      if (word & 1) {
        const second = words[(slot >> 2) + 1]!;
        let child = 0;
        let head = 0;
        if (!(word & INLINE_EXTRA)) {
          if (structural < structuralEnd) child = children[structural]!;
          structural++;
          head = child & FIELD;
          if (head === 0) head = hiddenField;
        }
        const start = position + ((second >>> 16) & 0xff);
        row += (second >>> 8) & 0xf;
        position = start + (second >>> 24);
        if (child < 0 || word & INLINE_VISIBLE) {
          head |= child < 0 ? child & OWN : heads[(word >>> 8) & 0xff]!;
          if (word & (INLINE_MISSING | INLINE_EXTRA)) {
            if (word & INLINE_EXTRA) head |= EXTRA;
            if (word & INLINE_MISSING) {
              head |= MISSING;
              errors++;
            }
          }
          out[at] = head;
          out[at + 1] = start >> 1;
          out[at + 2] = position >> 1;
          out[at + 3] = row;
          out[at + 4] = ++count;
          at += STRIDE;
        }
        continue;
      }

      const node = word >> 2;
      const flags = words[node + (NODE.flags >> 2)]!;
      let child = 0;
      let head = 0;
      if (!(flags & FLAG_EXTRA)) {
        if (structural < structuralEnd) child = children[structural]!;
        structural++;
        head = child & FIELD;
        if (head === 0) head = hiddenField;
      }
      const start = position + words[node + (NODE.paddingBytes >> 2)]!;
      const ownRow = row + words[node + (NODE.paddingRows >> 2)]!;
      const end = start + words[node + (NODE.sizeBytes >> 2)]!;
      const childCount = words[node + (NODE.childCount >> 2)]!;
      let ownAt = -1;
      let inherited = 0;
      if (child < 0 || flags & FLAG_VISIBLE) {
        if (child < 0) head |= child & OWN;
        else {
          const symbol = words[node + (NODE.symbol >> 2)]! & SYMBOL_MASK;
          if (symbol === NONE) errors++;
          head |= symbol === NONE ? NONE | NAMED : heads[symbol]!;
        }
        if (flags & FLAG_EXTRA) head |= EXTRA;
        if (flags & FLAG_MISSING) {
          head |= MISSING;
          errors++;
        }
        out[at] = head;
        out[at + 1] = start >> 1;
        out[at + 2] = end >> 1;
        out[at + 3] = ownRow;
        ownAt = at;
        out[at + 4] = ++count;
        at += STRIDE;
      } else inherited = head;
      if (childCount === 0 || (ownAt < 0 && words[node + (NODE.visibleChildCount >> 2)] === 0)) {
        position = end;
        row = ownRow + words[node + (NODE.sizeRows >> 2)]!;
        continue;
      }

      const frame = depth++ * FRAME;
      if (frame === saved.length) {
        stack = new Int32Array(saved.length * 2);
        stack.set(saved);
        saved = stack;
      }
      saved[frame] = nextChild;
      saved[frame + 1] = childrenEnd;
      saved[frame + 2] = structural;
      saved[frame + 3] = structuralEnd;
      saved[frame + 4] = openAt;
      saved[frame + 5] = hiddenField;
      childrenEnd = word;
      nextChild = word - childCount * POINTER_BYTES;
      structural = halves[(word + NODE.productionId) >> 1]! * maxAlias;
      structuralEnd = structural + maxAlias;
      openAt = ownAt;
      hiddenField = inherited;
    }
    if (at > most) throw new Error(`a tree of ${most / STRIDE} nodes had ${count}`);
    return { nodes: out, count, errors };
  };
}
