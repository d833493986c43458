import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";

/** A YAML value with its place. */
export interface Value {
  readonly line: number;
  readonly column: number;
  /** Undefined for what is no text, number or truth value. */
  readonly scalar: string | number | boolean | undefined;
  /** Undefined for what is no list. */
  readonly items: readonly Value[] | undefined;
  /** Undefined for what is no mapping. */
  readonly entries: readonly (readonly [key: string, value: Value, keyLine: number])[] | undefined;
  /** As plain data. */
  readonly data: unknown;
}

export class YamlProblem extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(message);
    this.line = line;
    this.column = column;
  }
}

/** Throws a YamlProblem with the place of the first thing that is wrong. */
export function readYaml(text: string): Value {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new YamlProblem(error.message, line, col);
  }
  const read = (node: unknown): Value => {
    const given = node as Node | null | undefined;
    const resolved =
      (given as { source?: string; resolve?: (of: unknown) => Node } | null)?.resolve?.(document) ?? given;
    const { line, col } = lines.linePos(given?.range?.[0] ?? 0);
    return {
      line,
      column: col,
      scalar: isScalar(resolved) ? scalarOf(resolved.value) : undefined,
      items: isSeq(resolved) ? resolved.items.map(read) : undefined,
      entries: isMap(resolved)
        ? resolved.items.map(({ key, value }) => {
            const at = (key as Node | null)?.range?.[0] ?? 0;
            return [String(isScalar(key) ? key.value : key), read(value), lines.linePos(at).line] as const;
          })
        : undefined,
      data: (resolved as { toJS?: (of: unknown) => unknown } | null | undefined)?.toJS?.(document) ?? null,
    };
  };
  return read(document.contents);
}

function scalarOf(value: unknown): string | number | boolean | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : undefined;
}

export function entry(value: Value, key: string): Value | undefined {
  return value.entries?.find(([name]) => name === key)?.[1];
}
