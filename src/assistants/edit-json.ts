import {
  applyEdits,
  getNodeValue,
  findNodeAtLocation,
  modify,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";

/** A JSON file that people write by hand, comments and trailing commas included: changed in one place, else left alone. */
export function setInJson(text: string, where: readonly string[], value: unknown): string {
  const before = text.trim() === "" ? "{}" : text;
  checkJson(before);
  const edits = modify(before, [...where], value, { formattingOptions: formatOf(before) });
  const after = applyEdits(before, edits);
  return after.endsWith("\n") || text.trim() !== "" ? after : `${after}\n`;
}

/** What stands there, undefined for nothing. */
export function getFromJson(text: string, where: readonly string[]): unknown {
  if (text.trim() === "") return undefined;
  const tree = checkJson(text);
  const node = findNodeAtLocation(tree, [...where]);
  return node === undefined ? undefined : getNodeValue(node);
}

/** @throws SyntaxError with line and column */
function checkJson(text: string): NonNullable<ReturnType<typeof parseTree>> {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const before = text.slice(0, error.offset).split("\n");
    throw new SyntaxError(
      `${before.length}:${before.at(-1)!.length + 1}  ${printParseErrorCode(error.error)}`,
    );
  }
  if (tree?.type !== "object") throw new SyntaxError("1:1  an object was expected");
  return tree;
}

function formatOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /\n([\t ]+)"/.exec(text)?.[1] ?? "  ";
  return {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}
