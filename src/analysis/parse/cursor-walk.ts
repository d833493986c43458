import type { Tree } from "web-tree-sitter";
import { EXTRA, FIELD_SHIFT, type FlatNodes, MISSING, NAMED, STRIDE } from "./flat-tree.ts";

/** The same flat tree through web-tree-sitter's public TreeCursor: slower, but bound to no internal layout. */
export function cursorWalk(tree: Tree): FlatNodes {
  const cursor = tree.walk();
  let nodes = new Uint32Array(1024 * STRIDE);
  let count = 0;
  let errors = 0;
  const open: number[] = [];
  const enter = (): void => {
    if ((count + 1) * STRIDE > nodes.length) {
      const wider = new Uint32Array(nodes.length * 2);
      wider.set(nodes);
      nodes = wider;
    }
    const at = count * STRIDE;
    const symbol = cursor.nodeTypeId & 0xffff;
    const missing = cursor.nodeIsMissing;
    if (symbol === 0xffff || missing) errors++;
    nodes[at] =
      symbol |
      (cursor.currentFieldId << FIELD_SHIFT) |
      (cursor.nodeIsNamed ? NAMED : 0) |
      (missing ? MISSING : 0) |
      (cursor.currentNode.isExtra ? EXTRA : 0);
    nodes[at + 1] = cursor.startIndex;
    nodes[at + 2] = cursor.endIndex;
    nodes[at + 3] = cursor.startPosition.row;
    open.push(count++);
  };
  const leave = (): void => {
    nodes[open.pop()! * STRIDE + 4] = count;
  };
  enter();
  walking: for (;;) {
    if (cursor.gotoFirstChild()) {
      enter();
      continue;
    }
    for (;;) {
      leave();
      if (cursor.gotoNextSibling()) {
        enter();
        break;
      }
      if (!cursor.gotoParent()) break walking;
    }
  }
  cursor.delete();
  return { nodes, count, errors };
}
