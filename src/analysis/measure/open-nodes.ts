import { STRIDE, SYMBOL_MASK } from "../parse/flat-tree.ts";

/** The open ancestors of the node at hand, outermost first, with what each means when it closes. */
export class OpenNodes {
  #nodes: Uint32Array = new Uint32Array(0);
  #node = new Int32Array(256);
  #end = new Int32Array(256);
  #mark = new Uint8Array(256);
  #depth = 0;

  start(nodes: Uint32Array): void {
    this.#nodes = nodes;
    this.#depth = 0;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Numbers of the open nodes; only the first `depth` count. */
  get ancestors(): Int32Array {
    return this.#node;
  }

  /** Opens a node, and says where it closes: before any other that is open. */
  push(node: number, end: number, mark: number): number {
    const depth = this.#depth++;
    if (depth === this.#node.length) this.#grow();
    this.#node[depth] = node;
    this.#end[depth] = end;
    this.#mark[depth] = mark;
    return end;
  }

  /** Takes off what ends at or before a node up to the next one with a mark, and returns that; 0 when there is none. */
  closeBefore(node: number): number {
    const ends = this.#end;
    const marks = this.#mark;
    let depth = this.#depth;
    while (depth > 0 && ends[depth - 1]! <= node) {
      const mark = marks[--depth]!;
      if (mark === 0) continue;
      this.#depth = depth;
      return mark;
    }
    this.#depth = depth;
    return 0;
  }

  /** Where the innermost open node closes; behind the node at hand if none is open. */
  closesAt(node: number): number {
    return this.#depth > 0 ? this.#end[this.#depth - 1]! : node + 1;
  }

  /** The parent of the node at hand, or its parent …; -1 above the root. */
  parent(up = 1): number {
    const depth = this.#depth - up;
    return depth < 0 ? -1 : this.#node[depth]!;
  }

  /** Symbol of `parent(up)`, or -1. */
  parentSymbol(up = 1): number {
    const node = this.parent(up);
    return node < 0 ? -1 : this.#nodes[node * STRIDE]! & SYMBOL_MASK;
  }

  /** Mark of `parent(up)`, or 0. */
  parentMark(up = 1): number {
    const depth = this.#depth - up;
    return depth < 0 ? 0 : this.#mark[depth]!;
  }

  #grow(): void {
    const length = this.#node.length * 2;
    const node = new Int32Array(length);
    const end = new Int32Array(length);
    const mark = new Uint8Array(length);
    node.set(this.#node);
    end.set(this.#end);
    mark.set(this.#mark);
    this.#node = node;
    this.#end = end;
    this.#mark = mark;
  }
}
