import { type Document, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import { FleetFileError } from "./errors.ts";
import { type Fleet, fleetOf, type FleetPath, type FleetPlace, issueAt } from "./fleet-value.ts";

/** Reads a fleet file. Throws a FleetFileError that lists everything that is wrong with file, line and path. */
export function parseFleet(text: string, file: string): Fleet {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const issues = document.errors.map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    path: "",
    message: error.message.split("\n")[0] ?? "",
  }));
  if (issues.length > 0) throw new FleetFileError(file, issues);
  const place: FleetPlace = { file, above: [], lineOf: (where) => lineOf(document, lines, where) };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // An alias without its anchor, or a file whose aliases would unfold to gigabytes.
    throw new FleetFileError(file, [
      issueAt(place, [], error instanceof Error ? error.message : String(error)),
    ]);
  }
  return fleetOf(value, place);
}

/** The line of the key or item itself; for what is not there, of the nearest thing above it. */
function lineOf(document: Document, lines: LineCounter, where: FleetPath): number {
  for (let depth = where.length; depth > 0; depth--) {
    const parent = depth === 1 ? document.contents : document.getIn(where.slice(0, depth - 1), true);
    const key = where[depth - 1];
    const pair = isMap(parent)
      ? parent.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
        )
      : undefined;
    const node = pair?.key ?? document.getIn(where.slice(0, depth), true);
    const offset = isNode(node) ? node.range?.[0] : undefined;
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}
