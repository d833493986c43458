const PREFIX = /^[a-zA-Z$@]*/;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

/** What a string literal holds: without prefix and quotes, with the usual escapes resolved. */
export function stringContent(literal: string): string {
  const prefix = PREFIX.exec(literal)![0];
  let rest = literal.slice(prefix.length);
  const hashes = /^#*/.exec(rest)![0].length;
  rest = rest.slice(hashes, rest.length - hashes);
  const quote = /^("""|'''|"|'|`)/.exec(rest)?.[0] ?? "";
  const content = rest.slice(quote.length, rest.endsWith(quote) ? rest.length - quote.length : undefined);
  const isRaw = hashes > 0 || /[r@]/i.test(prefix) || quote === "`";
  if (isRaw || !content.includes("\\")) return content;
  return content.replace(/\\(.)/gs, (_, char: string) => ESCAPES[char] ?? char);
}
