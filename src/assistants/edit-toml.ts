import { parse, stringify } from "smol-toml";

/**
 * A TOML file that people write by hand: a table is put at its end, or taken out, and every other byte stays. Only tables that stand
 * under a header of their own can be taken out.
 */
export function setInToml(text: string, where: readonly string[], value: unknown): string {
  const without = getFromToml(text, where) === undefined ? text : removeTable(text, where);
  if (value === undefined) return without;
  const separator = without === "" || without.endsWith("\n\n") ? "" : without.endsWith("\n") ? "\n" : "\n\n";
  const nested = where.toReversed().reduce((inner: unknown, key) => ({ [key]: inner }), value);
  const table = stringify(nested);
  const after = `${without}${separator}${table}`;
  parse(after);
  return after;
}

/** What stands there, undefined for nothing. @throws SyntaxError with line and column */
export function getFromToml(text: string, where: readonly string[]): unknown {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    const { line, column, message } = error as Error & { line?: number; column?: number };
    throw new SyntaxError(`${line ?? 1}:${column ?? 1}  ${message.split("\n")[0] ?? message}`, {
      cause: error,
    });
  }
  for (const key of where) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function removeTable(text: string, where: readonly string[]): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => headerOf(line) === where.join("."));
  if (start < 0)
    throw new SyntaxError(`1:1  ${where.join(".")} has no table of its own: take it out by hand`);
  let end = start + 1;
  while (end < lines.length) {
    const header = headerOf(lines[end]!);
    if (header !== undefined && !header.startsWith(`${where.join(".")}.`)) break;
    end++;
  }
  const rest = [...lines.slice(0, start), ...lines.slice(end)].join("\n");
  return end === lines.length ? `${rest.trimEnd()}\n`.replace(/^\n$/, "") : rest;
}

function headerOf(line: string): string | undefined {
  return /^\s*\[\s*([\w.\-" ]+?)\s*\]\s*(?:#.*)?$/.exec(line)?.[1]?.replaceAll(/["\s]/g, "");
}
