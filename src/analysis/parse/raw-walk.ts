import { EXTRA, type FlatTree, MISSING, NAMED, STRIDE } from "./flat-tree.ts";

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
/** Integers saved for each open node. */
const FRAME = 8;

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
  const named = new Uint8Array(symbols);
  for (let symbol = 0; symbol < symbols; symbol++) named[symbol] = u8[metadata + symbol * 3 + 1]!;
  return { maxAlias, fields, aliases, publicSymbol: u16.slice(publicMap, publicMap + symbols), named };
}

/** Integers that walkers write and read again, whatever their language: each tree overwrites the one before. */
let output = new Uint32Array((1 << 16) * STRIDE);
let stack = new Int32Array(512 * FRAME);

/**
 * Makes the walker of one language. `language` and the `tree` given to the walker are the addresses that
 * web-tree-sitter keeps in field 0 of its objects. The returned tree's array is reused by the next call of any walker.
 */
export function makeRawWalk(memory: WebAssembly.Memory, language: number): (tree: number) => FlatTree {
  const { maxAlias, fields, aliases, publicSymbol, named } = readTables(memory, language);
  let u8 = new Uint8Array(memory.buffer);
  let u16 = new Uint16Array(memory.buffer);
  let u32 = new Uint32Array(memory.buffer);

  return (tree) => {
    if (u8.buffer !== memory.buffer) {
      u8 = new Uint8Array(memory.buffer);
      u16 = new Uint16Array(memory.buffer);
      u32 = new Uint32Array(memory.buffer);
    }
    // Locals: a captured variable is loaded anew at each use, which costs a third of the speed.
    const bytes = u8;
    const halves = u16;
    const words = u32;
    let out = output;
    let saved = stack;
    let limit = out.length;
    let at = 0; // where the next node goes in `out`: count * STRIDE
    let count = 0;
    let errors = 0;

    // The open inner node whose children are being read; those above it are in `saved`.
    let nextChild = 0;
    let childrenLeft = 0;
    let structural = 0; // index of the next child that is not an extra, plus the base of its production
    let structuralEnd = 0;
    let position = 0; // bytes
    let row = 0;
    let openAt = 0; // -1 for a hidden node
    let hiddenField = 0; // field that a hidden node hands down to its children
    let depth = 0;

    const root = words[tree >> 2]!;
    if (root & 1) throw new Error("the root of a tree is an inline leaf");
    const rootSymbol = halves[(root + NODE.symbol) >> 1]!;
    const rootStart = words[(root + NODE.paddingBytes) >> 2]!;
    if (rootSymbol === NONE) errors++;
    out[0] = (rootSymbol === NONE ? NONE : publicSymbol[rootSymbol]!) | NAMED;
    out[1] = rootStart >> 1;
    out[2] = (rootStart + words[(root + NODE.sizeBytes) >> 2]!) >> 1;
    out[3] = words[(root + NODE.paddingRows) >> 2]!;
    at = STRIDE;
    count = 1;
    childrenLeft = words[(root + NODE.childCount) >> 2]!;
    // Children are stored right in front of their parent.
    nextChild = root - childrenLeft * POINTER_BYTES;
    structural = halves[(root + NODE.productionId) >> 1]! * maxAlias;
    structuralEnd = structural + maxAlias;

    for (;;) {
      if (childrenLeft === 0) {
        if (openAt >= 0) out[openAt + 4] = count;
        if (depth === 0) break;
        const frame = --depth * FRAME;
        nextChild = saved[frame]!;
        childrenLeft = saved[frame + 1]!;
        structural = saved[frame + 2]!;
        structuralEnd = saved[frame + 3]!;
        position = saved[frame + 4]!;
        row = saved[frame + 5]!;
        openAt = saved[frame + 6]!;
        hiddenField = saved[frame + 7]!;
        continue;
      }
      childrenLeft--;
      const slot = nextChild;
      nextChild = slot + POINTER_BYTES;
      const word = words[slot >> 2]!;
      if (at === limit) {
        output = new Uint32Array(limit * 2);
        output.set(out);
        out = output;
        limit = out.length;
      }

      if (word & 1) {
        const second = words[(slot >> 2) + 1]!;
        let alias = 0;
        let field = 0;
        if (!(word & INLINE_EXTRA)) {
          if (structural < structuralEnd) {
            alias = aliases[structural]!;
            field = fields[structural]!;
          }
          structural++;
          if (field === 0) field = hiddenField;
        }
        const start = position + ((second >>> 16) & 0xff);
        row += (second >>> 8) & 0xf;
        position = start + (second >>> 24);
        if (alias !== 0 || word & INLINE_VISIBLE) {
          let head = field << 16;
          if (alias === 0) head |= publicSymbol[(word >>> 8) & 0xff]! | ((word & INLINE_NAMED) << 22);
          else head |= publicSymbol[alias]! | (named[alias]! << 24);
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
      const flags = bytes[word + NODE.flags]!;
      let alias = 0;
      let field = 0;
      if (!(flags & FLAG_EXTRA)) {
        if (structural < structuralEnd) {
          alias = aliases[structural]!;
          field = fields[structural]!;
        }
        structural++;
        if (field === 0) field = hiddenField;
      }
      const startPosition = position;
      const startRow = row;
      const start = position + words[node + (NODE.paddingBytes >> 2)]!;
      const ownRow = row + words[node + (NODE.paddingRows >> 2)]!;
      position = start + words[node + (NODE.sizeBytes >> 2)]!;
      row = ownRow + words[node + (NODE.sizeRows >> 2)]!;
      const children = words[node + (NODE.childCount >> 2)]!;
      let ownAt = -1;
      if (alias !== 0 || flags & FLAG_VISIBLE) {
        let head = field << 16;
        if (alias === 0) {
          const symbol = halves[(word + NODE.symbol) >> 1]!;
          head |= (symbol === NONE ? NONE : publicSymbol[symbol]!) | ((flags & FLAG_NAMED) << 23);
          if (symbol === NONE) errors++;
        } else head |= publicSymbol[alias]! | (named[alias]! << 24);
        if (flags & FLAG_EXTRA) head |= EXTRA;
        if (bytes[word + NODE.moreFlags]! & MORE_FLAG_MISSING) {
          head |= MISSING;
          errors++;
        }
        out[at] = head;
        out[at + 1] = start >> 1;
        out[at + 2] = position >> 1;
        out[at + 3] = ownRow;
        ownAt = at;
        out[at + 4] = ++count;
        at += STRIDE;
      } else if (words[node + (NODE.visibleChildCount >> 2)] === 0) continue;
      if (children === 0) continue;

      const frame = depth++ * FRAME;
      if (frame === saved.length) {
        stack = new Int32Array(saved.length * 2);
        stack.set(saved);
        saved = stack;
      }
      saved[frame] = nextChild;
      saved[frame + 1] = childrenLeft;
      saved[frame + 2] = structural;
      saved[frame + 3] = structuralEnd;
      saved[frame + 4] = position;
      saved[frame + 5] = row;
      saved[frame + 6] = openAt;
      saved[frame + 7] = hiddenField;
      nextChild = word - children * POINTER_BYTES;
      childrenLeft = children;
      structural = halves[(word + NODE.productionId) >> 1]! * maxAlias;
      structuralEnd = structural + maxAlias;
      position = startPosition;
      row = startRow;
      openAt = ownAt;
      hiddenField = ownAt < 0 ? field : 0;
    }
    return { nodes: out, count, errors };
  };
}
