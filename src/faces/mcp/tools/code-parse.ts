import * as v from "valibot";
import type { NoOutline, Outline } from "#analysis/service";
import { UsageError } from "#kernel";
import type { Answer, Row } from "../answer.ts";
import { answerOnce } from "../answers-of-state.ts";
import { fields, page } from "../fields.ts";
import { plainLine, plainLines } from "../plain-text.ts";
import { tool } from "../tool.ts";

const usual = 60;

export const codeParse = tool({
  name: "code_parse",
  description:
    "Outline of a file or snippet (code + language): symbols, lines, complexity. symbol: its source.",
  toolset: "code",
  capability: "read",
  input: v.strictObject({
    path: fields.path,
    code: v.optional(v.pipe(v.string(), v.maxLength(2_000_000))),
    language: v.optional(fields.name(40)),
    symbol: v.optional(fields.name(200)),
    limit: fields.limit,
    cursor: fields.cursor,
    detail: fields.detail,
  }),
  async run(input, { code, signal }) {
    const { path, code: text, language, symbol } = input;
    if ((path === undefined) === (text === undefined))
      throw new UsageError("code_parse needs either path or code", { hint: "code needs language, too" });
    if (text !== undefined && language === undefined)
      throw new UsageError("code_parse needs the language of code", { hint: 'language: "python"' });
    const outline =
      path === undefined ? await code.outlineOf(text!, language!, signal) : await code.outline(path, signal);
    if ("skipped" in outline) return leftOut(outline);
    if (symbol !== undefined) return sourceOf(outline, symbol, text ?? code.text(path!), input);
    const { code: _, ...asked } = input;
    return answerOnce(outline, ["code_parse", asked], () => outlineAnswer(outline, input));
  },
});

function leftOut({ skipped, detail }: NoOutline): Answer {
  const why = detail === undefined ? "" : ` (${detail})`;
  return { summary: `not parsed: ${skipped}${why}`, facts: { skipped }, isError: true };
}

type Asked = { limit?: number | undefined; cursor?: string | undefined; detail?: boolean | undefined };

function outlineAnswer({ facts, functions, symbols }: Outline, asked: Asked): Answer {
  const complexity = new Map(functions.map((one) => [`${one.line} ${one.name}`, one.cognitive]));
  const { part, offset, total } = page(symbols, asked, usual);
  const { code, comment, blank } = facts.lines;
  const rows = part.map((symbol): Row => {
    const name = symbol.container === undefined ? symbol.name : `${symbol.container}.${symbol.name}`;
    const cognitive = complexity.get(`${symbol.line} ${symbol.name}`) ?? 0;
    const lines = symbol.line === symbol.endLine ? `${symbol.line}` : `${symbol.line}-${symbol.endLine}`;
    const what = asked.detail === true ? plainLine(symbol.signature, 160) : plainLine(name, 100);
    return {
      line: `${lines} ${symbol.kind} ${what}${cognitive > 9 ? ` cognitive ${cognitive}` : ""}`,
      item: { lines, kind: symbol.kind, name: what, ...(cognitive > 9 ? { cognitive } : {}) },
    };
  });
  const errors = facts.errorBytes > 0 ? `, ${facts.errorBytes} bytes not understood` : "";
  return {
    summary: `${facts.language}: ${code} lines of code, ${comment} comment, ${blank} blank, ${facts.functions} functions, ${total} symbols, ${facts.imports.length} imports${errors}`,
    facts: {
      language: facts.language,
      code,
      functions: facts.functions,
      symbols: total,
      maxCognitive: facts.maxCognitive,
      errorBytes: facts.errorBytes,
    },
    rows,
    offset,
    total,
    narrow: "symbol, or limit",
  };
}

function sourceOf({ symbols }: Outline, wanted: string, text: string, asked: Asked): Answer {
  const fits = symbols.filter(
    ({ name, container }) =>
      name === wanted || (container !== undefined && `${container}.${name}` === wanted),
  );
  const [found, ...others] = fits;
  if (found === undefined) {
    return {
      summary: "error: no such symbol in this file; call code_parse without symbol for the list",
      facts: { error: "CAELUM_USAGE" },
      isError: true,
    };
  }
  const lines = plainLines(text).slice(found.line - 1, found.endLine);
  const { part, offset, total } = page(lines, asked, 200);
  const also =
    others.length === 0
      ? ""
      : `; ${others.length} more of this name, at line ${others.map(({ line }) => line).join(", ")}`;
  return {
    summary: `${found.kind}, lines ${found.line}-${found.endLine}${also}`,
    facts: { kind: found.kind, line: found.line, endLine: found.endLine },
    rows: part.map((line) => ({ line, item: line })),
    offset,
    total,
    narrow: "a smaller symbol",
  };
}
