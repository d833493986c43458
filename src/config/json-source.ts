import {
  findNodeAtLocation,
  getNodeValue,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { type ConfigSource, type KeyPath, type Position, SyntaxProblem } from "./source.ts";

/** @param inside the key below which the settings stand: `["caelum"]` in package.json */
export function sourceOfJson(content: string, inside: KeyPath = []): ConfigSource {
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
    throw new SyntaxProblem(
      `is not JSON: ${words ?? "it is empty"}`,
      positionAt(content, error?.offset ?? 0),
    );
  }
  const node = findNodeAtLocation(root, [...inside]);
  return {
    value: node === undefined ? undefined : (getNodeValue(node) as unknown),
    locate(path, part) {
      const found = findNodeAtLocation(root, [...inside, ...path]);
      const shown = part === "key" && found?.parent?.type === "property" ? found.parent : found;
      return shown === undefined ? undefined : positionAt(content, shown.offset);
    },
  };
}

function positionAt(content: string, offset: number): Position {
  const before = content.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
