/** A pattern as the matcher reads it. Symbols are those of one grammar; slots number the metavariables of a rule. */
export type Pattern =
  | NodePattern
  /** A name or token, by its text. */
  | { type: "leaf"; symbol: number; text: string; isName: boolean }
  /** `a.b.c`: also where imports give it another name. */
  | { type: "path"; segments: readonly string[] }
  /** `a.b.$X`: also where an import gives the member a name of its own. */
  | { type: "member"; node: NodePattern; segments: readonly string[]; slot: number }
  | StringPattern
  | { type: "number"; value: number }
  /** `$X`; slot -1 is `$_`. */
  | { type: "metavariable"; slot: number; typed?: string }
  /** `...`, or `$...ARGS` with a slot; among the children of a node or the elements of a sequence. */
  | { type: "ellipsis"; slot: number }
  /** `<... inner ...>` */
  | { type: "deep"; inner: Pattern }
  /** `inner. ...`: any chain of calls and members behind it. */
  | { type: "chain"; inner: Pattern }
  | { type: "assignment"; target: Pattern; value: Pattern }
  /** Statements that follow each other; only as a root. */
  | { type: "sequence"; elements: readonly Pattern[] };

export interface NodePattern {
  type: "node";
  symbol: number;
  children: readonly Pattern[];
  /** Some children are `key = value`: those match in any order, `children` holds the others. */
  entries?: readonly EntryPattern[];
  /** Children match as a set. */
  isSubset: boolean;
}

export interface EntryPattern {
  /** Undefined: the key is a pattern, the first of `children`. */
  key: string | undefined;
  children: readonly Pattern[];
}

export interface StringPattern {
  type: "string";
  /** Undefined: any. */
  value: string | undefined;
  /** `"$X"`: the characters inside. */
  slot: number;
  /** `"=~/…/"` */
  regex: RegExp | undefined;
  /** `f"..."`: a string that is put together; holds how it begins. */
  template: string | undefined;
}

export const ELLIPSIS: Pattern = { type: "ellipsis", slot: -1 };

/** Numbers the metavariables of a rule. */
export class Slots {
  readonly names: string[] = [];

  of(name: string): number {
    if (name === "$_") return -1;
    const known = this.names.indexOf(name);
    return known >= 0 ? known : this.names.push(name) - 1;
  }
}

/** Names that have to stand in a file for the pattern to match anywhere in it. */
export function anchorsOf(pattern: Pattern): string[] {
  switch (pattern.type) {
    case "node":
      return [
        ...pattern.children.flatMap(anchorsOf),
        // The key itself may be written as a string.
        ...(pattern.entries ?? []).flatMap(({ key, children }) =>
          key === undefined ? [] : children.flatMap(anchorsOf),
        ),
      ];
    case "leaf":
      return pattern.isName ? [pattern.text] : [];
    case "path":
      return [pattern.segments.at(-1)!];
    case "member":
      return anchorsOf(pattern.node);
    case "deep":
    case "chain":
      return anchorsOf(pattern.inner);
    case "assignment":
      return [...anchorsOf(pattern.target), ...anchorsOf(pattern.value)];
    case "sequence":
      return pattern.elements.flatMap(anchorsOf);
    case "string":
    case "number":
    case "metavariable":
    case "ellipsis":
      return [];
  }
}
