import * as v from "valibot";
import type { Place, Snapshot } from "#analysis/service";
import { UsageError } from "#kernel";
import type { Answer, Row } from "../answer.ts";
import { answerOnce } from "../answers-of-state.ts";
import { fields, page } from "../fields.ts";
import { plainLine } from "../plain-text.ts";
import { tool } from "../tool.ts";
import { isBelow, snapshotAt } from "./snapshot-at.ts";

const usual = 40;

export const codeGraph = tool({
  name: "code_graph",
  description:
    "Imports. of a file: uses, usedBy (depth = blast radius). Of a project or folder: hubs, cycles, external.",
  toolset: "code",
  capability: "read",
  input: v.strictObject({
    path: fields.path,
    show: v.optional(v.picklist(["usedBy", "uses", "hubs", "cycles", "external"])),
    depth: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))),
    limit: fields.limit,
    cursor: fields.cursor,
    detail: fields.detail,
  }),
  async run(input, context): Promise<Answer> {
    const { snapshot, place } = await snapshotAt(input.path, context);
    return answerOnce(snapshot, ["code_graph", input, place], () => answerFrom(snapshot, place, input));
  },
});

interface Asked {
  show?: "usedBy" | "uses" | "hubs" | "cycles" | "external" | undefined;
  depth?: number | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
  detail?: boolean | undefined;
}

function answerFrom({ analysis }: Snapshot, place: Place, input: Asked): Answer {
  const show = input.show ?? (place.isFile ? "usedBy" : "hubs");
  if (show === "uses" || show === "usedBy") {
    const focus = place.isFile ? analysis.focusOn(place.relative) : undefined;
    if (focus === undefined)
      throw new UsageError(`${show} needs a path of an analysed file`, {
        hint: "show: hubs, cycles or external",
      });
    const { direct, transitive } = show === "uses" ? focus.dependsOn : focus.dependedOnBy;
    const reached = transitive.filter(({ depth }) => depth <= (input.depth ?? 1000));
    const { part, offset, total } = page(reached, input, usual);
    return {
      summary: `${direct.length} files directly, ${transitive.length} in all ${show === "uses" ? "are used by it" : "depend on it: its blast radius"}; depth, then path:`,
      facts: { show, direct: direct.length, all: transitive.length },
      rows: part.map((one) => ({
        line: `${one.depth} ${plainLine(one.path)}`,
        item: { depth: one.depth, path: plainLine(one.path) },
      })),
      offset,
      total,
      narrow: "depth 1",
    };
  }
  if (show === "cycles") {
    const cycles = analysis.cycles.filter((cycle) => cycle.some((path) => isBelow(path, place)));
    const { part, offset, total } = page(cycles, input, 10);
    const most = input.detail === true ? 60 : 12;
    return {
      summary: `${total} import cycles, the longest first`,
      facts: { show, cycles: total },
      rows: part.map((cycle): Row => {
        const files = cycle.slice(0, most).map((path) => plainLine(path));
        return {
          line: `${cycle.length} files: ${files.join(", ")}${cycle.length > most ? ", …" : ""}`,
          item: { size: cycle.length, files },
        };
      }),
      offset,
      total,
      narrow: "path",
    };
  }
  const rows =
    show === "hubs"
      ? analysis
          .hubs(5000)
          .filter(({ path }) => isBelow(path, place))
          .map((one) => [one.importedBy, one.path] as const)
      : analysis.graph.external.map((one) => [one.files, one.name] as const);
  const { part, offset, total } = page(rows, input, usual);
  const { resolved, external, unresolved } = analysis.graph.imports;
  return {
    summary: `${resolved} imports inside the project, ${external} external, ${unresolved} unresolved; number of importing files, then ${show === "hubs" ? "the file" : "the package"}:`,
    facts: { show, resolved, external, unresolved },
    rows: part.map(([count, name]) => ({
      line: `${count} ${plainLine(name)}`,
      item: { importedBy: count, name: plainLine(name) },
    })),
    offset,
    total,
    narrow: "path, or limit",
  };
}
