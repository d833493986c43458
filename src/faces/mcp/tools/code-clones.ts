import * as v from "valibot";
import type { Row } from "../answer.ts";
import { fields, page } from "../fields.ts";
import { plainLine } from "../plain-text.ts";
import { tool } from "../tool.ts";
import { deepAt, isBelow } from "./snapshot-at.ts";

const usual = 10;

export const codeClones = tool({
  name: "code_clones",
  description: "Copied code: groups of places that are exact, renamed or near copies, the longest first.",
  toolset: "code",
  capability: "read",
  input: v.strictObject({
    path: fields.path,
    kind: v.optional(v.picklist(["exact", "renamed", "near"])),
    limit: fields.limit,
    cursor: fields.cursor,
    detail: fields.detail,
  }),
  async run(input, context) {
    const { deep, place } = await deepAt(input.path, context);
    const { clones } = deep;
    const found = clones.classes.filter(
      ({ kind, fragments }) =>
        (input.kind === undefined || kind === input.kind) &&
        fragments.some(({ path }) => isBelow(path, place)),
    );
    const { part, offset, total } = page(found, input, usual);
    const most = input.detail === true ? 40 : 6;
    return {
      summary: `${total} groups of copies; ${clones.duplicated} of ${clones.lines} lines of the project (${clones.percent.toFixed(1)} %) stand in one`,
      facts: { groups: total, duplicated: clones.duplicated, lines: clones.lines },
      rows: part.map(({ kind, lines, tokens, fragments }): Row => {
        const places = fragments
          .slice(0, most)
          .map(({ path, line, endLine }) => plainLine(`${path}:${line}-${endLine}`, 200));
        const more = fragments.length > most ? `, and ${fragments.length - most} more` : "";
        return {
          line: `${kind}, ${lines} lines, ${tokens} tokens: ${places.join(", ")}${more}`,
          item: { kind, lines, places, ...(more === "" ? {} : { of: fragments.length }) },
        };
      }),
      offset,
      total,
      narrow: "path, or kind exact",
    };
  },
});
