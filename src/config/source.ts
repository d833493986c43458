import {
  findNodeAtLocation,
  getNodeValue,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
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
  return { value: document.toJS(), locate: locator(document, lines) };
}

/** @param inside the key below which the settings stand: `["caelum"]` in package.json */
export function sourceOfJson(content: string, inside: KeyPath = []): ConfigSource {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = content.indexOf("\n"); at >= 0; at = content.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  const errors: ParseError[] = [];
  const root = parseTree(content, errors, { disallowComments: true, allowTrailingComma: false });
  const [error] = errors;
  if (error !== undefined || root === undefined) {
    // `PropertyNameExpected` → `property name expected`
    const words =
      error &&
      printParseErrorCode(error.error)
        .replaceAll(/(?!^)[A-Z]/g, " $&")
        .toLowerCase();
    throw new SyntaxProblem(`is not JSON: ${words ?? "it is empty"}`, positionAt(lines, error?.offset ?? 0));
  }
  const node = findNodeAtLocation(root, [...inside]);
  return {
    value: node === undefined ? undefined : (getNodeValue(node) as unknown),
    locate(path, part) {
      const found = findNodeAtLocation(root, [...inside, ...path]);
      const shown = part === "key" && found?.parent?.type === "property" ? found.parent : found;
      return shown === undefined ? undefined : positionAt(lines, shown.offset);
    },
  };
}

function locator(document: Document, lines: LineCounter): ConfigSource["locate"] {
  return (path, part) => {
    const node = part === "value" ? document.getIn(path, true) : keyNode(document, path);
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
