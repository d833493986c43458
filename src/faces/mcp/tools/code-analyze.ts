import * as v from "valibot";
import type { Place, Snapshot } from "#analysis/service";
import { UsageError } from "#kernel";
import { counted } from "../../format.ts";
import type { Answer } from "../answer.ts";
import { answerOnce } from "../answers-of-state.ts";
import { fields, page } from "../fields.ts";
import { plainLine } from "../plain-text.ts";
import { tool, type ToolContext } from "../tool.ts";
import { changedCode } from "./changed-code.ts";
import { deepAt, isBelow, snapshotAt } from "./snapshot-at.ts";

const usual = 15;

export const codeAnalyze = tool({
  name: "code_analyze",
  description:
    "Size, languages, worst functions of a path; since REVISION: the change, its blast radius; by hotspots: git history.",
  toolset: "code",
  capability: "read",
  input: v.strictObject({
    path: fields.path,
    since: v.optional(fields.name(200)),
    by: v.optional(v.picklist(["cognitive", "cyclomatic", "hotspots"])),
    limit: fields.limit,
    cursor: fields.cursor,
    detail: fields.detail,
  }),
  async run(input, context): Promise<Answer> {
    const { since } = input;
    if (since !== undefined) {
      if (input.by === "hotspots")
        throw new UsageError("since and by hotspots do not go together", {
          hint: "ask for one, then the other",
        });
      return changedCode({ ...input, since }, context);
    }
    if (input.by === "hotspots") return hotspots(input, context);
    const { snapshot, place } = await snapshotAt(input.path, context);
    return answerOnce(snapshot, ["code_analyze", input, place], () => answerFrom(snapshot, place, input));
  },
});

interface Asked {
  by?: "cognitive" | "cyclomatic" | "hotspots" | undefined;
  path?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
  detail?: boolean | undefined;
}

function answerFrom({ analysis }: Snapshot, place: Place, input: Asked): Answer {
  const by = input.by === "cyclomatic" ? input.by : "cognitive";
  const files = analysis.files.filter(({ path }) => isBelow(path, place));
  const totals = totalsOf(files);
  const worst = analysis.worstBelow(by, 500, (path) => isBelow(path, place));
  const { part, offset, total } = page(worst, input, usual);
  const languages = [...totals.languages].toSorted(([, a], [, b]) => b - a).slice(0, 5);
  const cycles = analysis.cycles.filter((cycle) => cycle.some((path) => isBelow(path, place))).length;
  return {
    summary: `${counted(files.length, "file")}, ${counted(totals.code, "line")} of code (${languages.map(([id, lines]) => `${id} ${lines}`).join(", ")}), ${counted(totals.functions, "function")}, ${counted(cycles, "import cycle")}${analysis.complete ? "" : ", incomplete"}; worst functions by ${by} complexity:`,
    facts: {
      files: files.length,
      code: totals.code,
      functions: totals.functions,
      languages: languages.map(([id]) => id),
      cycles,
      complete: analysis.complete,
    },
    rows: part.map((one) => {
      const value = by === "cognitive" ? one.ownCognitive : one.cyclomatic;
      const at = plainLine(`${one.path}:${one.line}`, 200);
      const name = plainLine(one.container === undefined ? one.name : `${one.container}.${one.name}`, 80);
      return { line: `${value} ${at} ${name}`, item: { value, at, name } };
    }),
    offset,
    total,
    narrow: "path",
  };
}

async function hotspots(input: Asked, context: ToolContext): Promise<Answer> {
  const { deep, place } = await deepAt(input.path, context);
  const { hotspots } = deep;
  const found = hotspots.hotspots.filter(({ path }) => isBelow(path, place));
  const { part, offset, total } = page(found, input, usual);
  const { state, commits } = hotspots.history;
  return {
    summary:
      state === "none"
        ? "there is no git history here"
        : `${counted(total, "hotspot")} in ${counted(commits, "commit")} (${state} history); score, complexity, commits:`,
    facts: { hotspots: total, commits, history: state },
    rows: part.map(({ path, score, cognitive, commits: changed, trend }) => {
      const at = plainLine(path, 200);
      return {
        line: `${Math.round(score)} ${at} cognitive ${cognitive}, ${changed} commits, ${trend}`,
        item: { score: Math.round(score), path: at, cognitive, commits: changed, trend },
      };
    }),
    offset,
    total,
    narrow: "path",
  };
}

function totalsOf(
  files: readonly { facts: { language: string; functions: number; lines: { code: number } } }[],
): { code: number; functions: number; languages: Map<string, number> } {
  const languages = new Map<string, number>();
  let code = 0;
  let functions = 0;
  for (const { facts } of files) {
    code += facts.lines.code;
    functions += facts.functions;
    languages.set(facts.language, (languages.get(facts.language) ?? 0) + facts.lines.code);
  }
  return { code, functions, languages };
}
