import { isMap, LineCounter, parseDocument, type Document } from "yaml";

/** Counts from 1, columns in UTF-16 units, as editors and compilers do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type KeyPath = readonly (string | number)[];

/** What a configuration file says, and where in the file it says it. */
export interface ConfigSource {
  readonly value: unknown;
  /** Undefined where it cannot be known: settings that a program computes, keys that are missing. */
  locate(path: KeyPath, part: "key" | "value"): Position | undefined;
}

/** The file is not well-formed; `position` is where the parser gave up. */
export class SyntaxProblem extends Error {
  readonly position: Position | undefined;

  constructor(message: string, position: Position | undefined) {
    super(message);
    this.position = position;
  }
}

/** A program that computes its settings: values are known, places are not. */
export function sourceOfProgram(value: unknown): ConfigSource {
  return { value, locate: () => undefined };
}

export function sourceOfYaml(content: string): ConfigSource {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new SyntaxProblem(error.message, positionAt(lines, error.pos[0]));
  return { value: document.toJS(), locate: locator(document, lines, []) };
}

/**
 * JSON is read by JSON.parse, which is strict; YAML contains JSON, so the same parser knows the places.
 * @param inside the key below which the settings stand: `["caelum"]` in package.json
 */
export function sourceOfJson(content: string, inside: KeyPath = []): ConfigSource {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  let value = parseJson(content, lines);
  for (const key of inside) value = (value as Record<string, unknown> | null)?.[key];
  return { value, locate: locator(document, lines, inside) };
}

function parseJson(content: string, lines: LineCounter): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, what, offset] = /^(.*?)(?: in JSON)?(?: at position (\d+).*)?$/s.exec(message) ?? [];
    const position = offset === undefined ? undefined : positionAt(lines, Number(offset));
    throw new SyntaxProblem(`is not JSON: ${what ?? message}`, position);
  }
}

function locator(document: Document, lines: LineCounter, inside: KeyPath): ConfigSource["locate"] {
  return (path, part) => {
    const full = [...inside, ...path];
    const node = part === "value" ? document.getIn(full, true) : keyNode(document, full);
    const range = (node as { range?: readonly number[] } | undefined)?.range;
    return range?.[0] === undefined ? undefined : positionAt(lines, range[0]);
  };
}

function keyNode(document: Document, path: KeyPath): unknown {
  const key = path.at(-1);
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(map)) return undefined;
  return map.items.find((pair) => String(pair.key) === String(key))?.key;
}

function positionAt(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}
