import { type Document, isMap, LineCounter, parseDocument } from "yaml";
import { type ConfigSource, type KeyPath, type Position, SyntaxProblem } from "./source.ts";

export function sourceOfYaml(content: string): ConfigSource {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new SyntaxProblem(error.message, positionAt(lines, error.pos[0]));
  return { value: document.toJS(), locate: locator(document, lines) };
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
