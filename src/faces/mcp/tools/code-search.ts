import * as v from "valibot";
import type { FileUses, Place, SymbolIndex } from "#analysis/service";
import { UsageError } from "#kernel";
import { answerOnce } from "../answers-of-state.ts";
import { fields, page } from "../fields.ts";
import type { Answer } from "../answer.ts";
import { plainLine } from "../plain-text.ts";
import { tool, type ToolContext } from "../tool.ts";
import { isBelow, snapshotAt } from "./snapshot-at.ts";

const usual = 25;

export const codeSearch = tool({
  name: "code_search",
  description:
    "Find symbols by name, part or humps; references: uses of a name; pattern: code as foo($X, ...) + language.",
  toolset: "code",
  capability: "read",
  input: v.strictObject({
    query: fields.name(200),
    mode: v.optional(v.picklist(["symbols", "references", "pattern"])),
    kind: v.optional(fields.name(20)),
    language: v.optional(fields.name(40)),
    path: fields.path,
    limit: fields.limit,
    cursor: fields.cursor,
    detail: fields.detail,
  }),
  run(input, context) {
    if (input.mode === "pattern") return pattern(input, context);
    return input.mode === "references" ? references(input, context) : symbols(input, context);
  },
});

interface Asked {
  query: string;
  kind?: string | undefined;
  path?: string | undefined;
  language?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
  detail?: boolean | undefined;
}

async function symbols(asked: Asked, context: ToolContext): Promise<Answer> {
  const { snapshot, place } = await snapshotAt(asked.path, context);
  const index = await snapshot.symbols();
  return answerOnce(snapshot, ["code_search", asked, place], () => symbolsAnswer(index, place, asked));
}

function symbolsAnswer(index: SymbolIndex, place: Place, asked: Asked): Answer {
  const offset = Number(asked.cursor ?? 0);
  const limit = asked.limit ?? (asked.detail === true ? usual * 4 : usual);
  const found = index.find({
    text: asked.query,
    kind: asked.kind,
    ...(place.relative === "." ? {} : { keepPath: (path: string) => isBelow(path, place) }),
    limit: offset + limit,
  });
  return {
    summary: `${found.total} of ${index.size} symbols match${found.total === 0 ? "; try a shorter query, or mode references" : ""}`,
    facts: { matches: found.total },
    rows: found.symbols.slice(offset).map(({ path, line, endLine, kind, signature }) => {
      const at = plainLine(`${path}:${line}-${endLine}`, 200);
      const what = plainLine(signature, asked.detail === true ? 160 : 100);
      // `class Pool`: the kind is said already.
      return {
        line: what.includes(kind) ? `${at} ${what}` : `${at} ${kind} ${what}`,
        item: { at, kind, signature: what },
      };
    }),
    offset,
    total: found.total,
    narrow: "path, kind, or a longer query",
  };
}

async function references(asked: Asked, { code, signal }: ToolContext): Promise<Answer> {
  const found = await code.uses(asked.query, code.place(asked.path ?? "."), signal);
  const all = found.flatMap(({ path, uses }: FileUses) => uses.map((use) => ({ path, ...use })));
  const kept = asked.kind === undefined ? all : all.filter(({ kind }) => kind === asked.kind);
  const counts = new Map<string, number>();
  for (const { kind } of kept) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const order = ["definition", "import", "call", "write", "read"];
  const kinds = order.flatMap((kind) => (counts.has(kind) ? [`${counts.get(kind)} ${kind}`] : []));
  const { part, offset, total } = page(kept, asked, usual);
  return {
    summary: `${total} uses of the name in ${found.length} files${kinds.length === 0 ? "" : ` (${kinds.join(", ")})`}; by name, so others of that name are among them`,
    facts: { uses: total, files: found.length },
    rows: part.map(({ path, line, column, kind, text }) => {
      const at = plainLine(`${path}:${line}:${column}`, 200);
      const shown = plainLine(text, asked.detail === true ? 200 : 100);
      return { line: `${at} ${kind} ${shown}`, item: { at, kind, text: shown } };
    }),
    offset,
    total,
    narrow: "path, or kind: definition, import, call, write, read",
  };
}

async function pattern(asked: Asked, { code, signal, progress }: ToolContext): Promise<Answer> {
  if (asked.language === undefined)
    throw new UsageError("mode pattern needs a language", {
      hint: 'language: "python"; query: "open($F, ...)"',
    });
  const place = code.place(asked.path ?? ".");
  const found = await code.matches(asked.query, asked.language, place, signal, (done, total) =>
    progress(done, total, "files searched:"),
  );
  const { part, offset, total } = page(found, asked, usual);
  const texts = new Map<string, string[]>();
  const lineOf = ({ path, line }: { path: string; line: number }): string => {
    let lines = texts.get(path);
    if (lines === undefined) texts.set(path, (lines = code.text(`${place.root}/${path}`).split("\n")));
    return (lines[line - 1] ?? "").trim();
  };
  return {
    summary: `${total} places fit the pattern${total === 0 && asked.query.includes("$$$") ? "; any number of things is ... here, one thing $X" : ""}`,
    facts: { matches: total },
    rows: part.map((match) => {
      const at = plainLine(`${match.path}:${match.line}:${match.column}`, 200);
      const text = plainLine(lineOf(match), asked.detail === true ? 200 : 100);
      return { line: `${at} ${text}`, item: { at, text } };
    }),
    offset,
    total,
    narrow: "path, or a longer pattern",
  };
}
