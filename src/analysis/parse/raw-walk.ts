import { EXTRA, type FlatTree, MISSING, STRIDE } from "./flat-tree.ts";

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
  flags: 44,
  moreFlags: 45,
  visibleChildCount: 48,
  productionId: 66,
} as const;

const POINTER_BYTES = 8; // a Subtree is a union of 8 bytes: an inline leaf or a pointer
const FLAG_VISIBLE = 1;
const FLAG_NAMED = 2;
const FLAG_EXTRA = 4;
const MORE_FLAG_MISSING = 2;
const INLINE_VISIBLE = 2;
const INLINE_NAMED = 4;
const INLINE_EXTRA = 8;
const INLINE_MISSING = 32;
const NONE = 0xffff;

interface LanguageTables {
  maxAlias: number;
  /** [production * maxAlias + child] → field, alias. */
  fields: Uint8Array;
  aliases: Uint16Array;
  publicSymbol: Uint16Array;
  named: Uint8Array;
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

  const fields = new Uint8Array(productions * (maxAlias || 1));
  const aliases = new Uint16Array(productions * (maxAlias || 1));
  const hasFields = word(LANGUAGE.fieldCount) > 0;
  for (let production = 0; production < productions; production++) {
    if (hasFields) {
      const first = u16[(slices >> 1) + production * 2]!;
      const length = u16[(slices >> 1) + production * 2 + 1]!;
      // The first entry of a child wins, as in ts_tree_cursor_current_field_id: write them in reverse.
      for (let entry = first + length - 1; entry >= first; entry--) {
        const at = entries + entry * 4;
        const inherited = u8[at + 3];
        if (!inherited) fields[production * maxAlias + u8[at + 2]!] = u16[at >> 1]!;
      }
    }
    if (production > 0) {
      for (let child = 0; child < maxAlias; child++) {
        aliases[production * maxAlias + child] = u16[(aliasSequences >> 1) + production * maxAlias + child]!;
      }
    }
  }
  const named = new Uint8Array(1 << 16);
  for (let symbol = 0; symbol < symbols; symbol++) named[symbol] = u8[metadata + symbol * 3 + 1]!;
  return { maxAlias, fields, aliases, publicSymbol: u16.slice(publicMap, publicMap + symbols), named };
}

/**
 * Makes the walker of one language. `language` and the `tree` given to the walker are the addresses that
 * web-tree-sitter keeps in field 0 of its objects. The returned tree's array is reused by the next call.
 */
export function makeRawWalk(memory: WebAssembly.Memory, language: number): (tree: number) => FlatTree {
  const { maxAlias, fields, aliases, publicSymbol, named } = readTables(memory, language);
  let u8 = new Uint8Array(memory.buffer);
  let u16 = new Uint16Array(memory.buffer);
  let u32 = new Uint32Array(memory.buffer);

  let capacity = 1 << 16;
  let out = new Uint32Array(capacity * STRIDE);
  const growOut = (): void => {
    capacity *= 2;
    const wider = new Uint32Array(capacity * STRIDE);
    wider.set(out);
    out = wider;
  };

  // One frame per open inner node: where its next child lies, how many are left, and the position reached.
  let frames = 512;
  let nextChild = new Int32Array(frames);
  let childrenLeft = new Int32Array(frames);
  let structuralIndex = new Int32Array(frames);
  let productionBase = new Int32Array(frames);
  let positionBytes = new Int32Array(frames);
  let positionRow = new Int32Array(frames);
  let outIndex = new Int32Array(frames); // -1 for a hidden node
  let hiddenField = new Int32Array(frames); // field that a hidden node hands down to its children
  const growFrames = (): void => {
    frames *= 2;
    const grow = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const wider = new Int32Array(frames);
      wider.set(old);
      return wider;
    };
    nextChild = grow(nextChild);
    childrenLeft = grow(childrenLeft);
    structuralIndex = grow(structuralIndex);
    productionBase = grow(productionBase);
    positionBytes = grow(positionBytes);
    positionRow = grow(positionRow);
    outIndex = grow(outIndex);
    hiddenField = grow(hiddenField);
  };

  return (tree) => {
    if (u8.buffer !== memory.buffer) {
      u8 = new Uint8Array(memory.buffer);
      u16 = new Uint16Array(memory.buffer);
      u32 = new Uint32Array(memory.buffer);
    }
    const root = u32[tree >> 2]!;
    if (root & 1) throw new Error("the root of a tree is an inline leaf");
    let count = 1;
    let errors = 0;
    let depth = 0;
    const rootSymbol = u16[(root + NODE.symbol) >> 1]!;
    const rootStart = u32[(root + NODE.paddingBytes) >> 2]!;
    out[0] = (rootSymbol === NONE ? NONE : publicSymbol[rootSymbol]!) | (1 << 24);
    out[1] = rootStart >> 1;
    out[2] = (rootStart + u32[(root + NODE.sizeBytes) >> 2]!) >> 1;
    out[3] = u32[(root + NODE.paddingRows) >> 2]!;
    if (rootSymbol === NONE) errors++;
    const rootChildren = u32[(root + NODE.childCount) >> 2]!;
    if (rootChildren > 0) {
      // Children are stored right in front of their parent.
      nextChild[0] = root - rootChildren * POINTER_BYTES;
      childrenLeft[0] = rootChildren;
      structuralIndex[0] = 0;
      productionBase[0] = u16[(root + NODE.productionId) >> 1]! * maxAlias;
      positionBytes[0] = 0;
      positionRow[0] = 0;
      outIndex[0] = 0;
      hiddenField[0] = 0;
      depth = 1;
    }
    while (depth > 0) {
      const frame = depth - 1;
      if (childrenLeft[frame] === 0) {
        const index = outIndex[frame]!;
        if (index >= 0) out[index * STRIDE + 4] = count;
        depth--;
        continue;
      }
      childrenLeft[frame]!--;
      const slot = nextChild[frame]!;
      nextChild[frame] = slot + POINTER_BYTES;
      const word = u32[slot >> 2]!;
      const inline = word & 1;
      const second = inline ? u32[(slot + 4) >> 2]! : 0;
      const flags = inline ? 0 : u8[word + NODE.flags]!;
      const extra = inline ? word & INLINE_EXTRA : flags & FLAG_EXTRA;
      let alias = 0;
      let field = 0;
      if (!extra) {
        const structural = structuralIndex[frame]!++;
        if (structural < maxAlias) {
          const at = productionBase[frame]! + structural;
          alias = aliases[at]!;
          field = fields[at]!;
        }
        if (field === 0 && outIndex[frame]! < 0) field = hiddenField[frame]!;
      }

      if (inline) {
        const start = positionBytes[frame]! + ((second >>> 16) & 0xff);
        const row = positionRow[frame]! + ((second >>> 8) & 0xf);
        const end = start + (second >>> 24);
        positionBytes[frame] = end;
        positionRow[frame] = row;
        if (alias || word & INLINE_VISIBLE) {
          if (count === capacity) growOut();
          const at = count * STRIDE;
          const symbol = alias || (word >>> 8) & 0xff;
          const isNamed = alias ? named[alias]! : (word & INLINE_NAMED) >> 2;
          const missing = word & INLINE_MISSING;
          if (missing) errors++;
          out[at] =
            publicSymbol[symbol]! |
            (field << 16) |
            (isNamed << 24) |
            (missing ? MISSING : 0) |
            (extra ? EXTRA : 0);
          out[at + 1] = start >> 1;
          out[at + 2] = end >> 1;
          out[at + 3] = row;
          out[at + 4] = ++count;
        }
        continue;
      }

      const beforeBytes = positionBytes[frame]!;
      const beforeRow = positionRow[frame]!;
      const start = beforeBytes + u32[(word + NODE.paddingBytes) >> 2]!;
      const row = beforeRow + u32[(word + NODE.paddingRows) >> 2]!;
      const end = start + u32[(word + NODE.sizeBytes) >> 2]!;
      positionBytes[frame] = end;
      positionRow[frame] = row + u32[(word + NODE.sizeRows) >> 2]!;
      const visible = alias || flags & FLAG_VISIBLE;
      let index = -1;
      if (visible) {
        if (count === capacity) growOut();
        const at = count * STRIDE;
        const own = u16[(word + NODE.symbol) >> 1]!;
        const symbol = alias || own;
        const isNamed = alias ? named[alias]! : (flags & FLAG_NAMED) >> 1;
        const missing = u8[word + NODE.moreFlags]! & MORE_FLAG_MISSING;
        if (symbol === NONE || missing) errors++;
        out[at] =
          (symbol === NONE ? NONE : publicSymbol[symbol]!) |
          (field << 16) |
          (isNamed << 24) |
          (missing ? MISSING : 0) |
          (extra ? EXTRA : 0);
        out[at + 1] = start >> 1;
        out[at + 2] = end >> 1;
        out[at + 3] = row;
        out[at + 4] = count + 1;
        index = count++;
      }
      const children = u32[(word + NODE.childCount) >> 2]!;
      if (children > 0 && (visible || u32[(word + NODE.visibleChildCount) >> 2]! > 0)) {
        if (depth === frames) growFrames();
        nextChild[depth] = word - children * POINTER_BYTES;
        childrenLeft[depth] = children;
        structuralIndex[depth] = 0;
        productionBase[depth] = u16[(word + NODE.productionId) >> 1]! * maxAlias;
        positionBytes[depth] = beforeBytes;
        positionRow[depth] = beforeRow;
        outIndex[depth] = index;
        hiddenField[depth] = field;
        depth++;
      }
    }
    out[4] = count;
    return { nodes: out, count, errors };
  };
}
