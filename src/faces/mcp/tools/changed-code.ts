import type { Since, Snapshot } from "#analysis/service";
import { counted } from "../../format.ts";
import type { Answer, Row } from "../answer.ts";
import { page } from "../fields.ts";
import { plainLine } from "../plain-text.ts";
import type { ToolContext } from "../tool.ts";
import { isBelow, snapshotAt } from "./snapshot-at.ts";

const usual = 30;

interface Asked {
  since: string;
  by?: "cognitive" | "cyclomatic" | "hotspots" | undefined;
  path?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
  detail?: boolean | undefined;
}

/** What changed since a revision, how complex it is, and what may notice. @throws UsageError as `changedSince` */
export async function changedCode(asked: Asked, context: ToolContext): Promise<Answer> {
  const { snapshot, place } = await snapshotAt(asked.path, context);
  const since = await context.code.since(snapshot, asked.since, context.signal);
  const by = asked.by === "cyclomatic" ? asked.by : "cognitive";
  const changed = since.changed.filter(({ path }) => isBelow(path, place));
  // What is changed here may be noticed anywhere.
  const affected =
    changed.length === since.changed.length ? since.affected : affectedBy(changed, since, snapshot);
  const rows = [
    ...changed.map((one) => () => changedRow(one, snapshot, by)),
    ...affected.map((one) => () => affectedRow(one)),
  ];
  const { part, offset, total } = page(rows, asked, usual);
  const direct = affected.filter(({ depth }) => depth === 1).length;
  const code = snapshot.analysis.files.filter(({ path }) => changed.some((one) => one.path === path));
  const lines = code.reduce((sum, { facts }) => sum + facts.lines.code, 0);
  return {
    summary: `${counted(changed.length, "file")} changed (${code.length} of them analysed, ${counted(lines, "line")} of code); ${counted(affected.length, "other")} may notice, ${direct} import one directly; changed files with their worst function by ${by} complexity, then the blast radius by depth:`,
    facts: {
      commit: since.commit,
      changed: changed.length,
      affected: affected.length,
      direct,
      complete: snapshot.analysis.complete,
    },
    rows: part.map((make) => make()),
    offset,
    total,
    narrow: "path",
  };
}

function affectedBy(
  changed: Since["changed"],
  since: Since,
  { analysis }: Snapshot,
): { path: string; depth: number }[] {
  const depths = new Map<string, number>();
  for (const { path } of changed)
    for (const one of analysis.focusOn(path)?.dependedOnBy.transitive ?? [])
      depths.set(one.path, Math.min(one.depth, depths.get(one.path) ?? Infinity));
  return since.affected.flatMap(({ path }) => {
    const depth = depths.get(path);
    return depth === undefined ? [] : [{ path, depth }];
  });
}

function changedRow(
  { path, status, from }: Since["changed"][number],
  { analysis }: Snapshot,
  by: "cognitive" | "cyclomatic",
): Row {
  const at = plainLine(path, 200);
  const was = from === undefined ? "" : ` (was ${plainLine(from, 200)})`;
  const file = analysis.files.find((one) => one.path === path);
  if (file === undefined) return { line: `${status} ${at}${was}`, item: { path: at, status } };
  const [worst] = analysis.worstBelow(by, 1, (one) => one === path);
  const value = worst === undefined ? 0 : by === "cognitive" ? worst.ownCognitive : worst.cyclomatic;
  const name =
    worst === undefined
      ? undefined
      : plainLine(worst.container === undefined ? worst.name : `${worst.container}.${worst.name}`, 80);
  const usedBy = analysis.focusOn(path)?.dependedOnBy.transitive.length ?? 0;
  const code = file.facts.lines.code;
  const function_ = name === undefined ? "" : `; worst ${value} ${name}:${worst!.line}`;
  return {
    line: `${status} ${at}${was}: ${counted(code, "line")}, ${counted(file.facts.functions, "function")}, ${usedBy} depend on it${function_}`,
    item: {
      path: at,
      status,
      code,
      usedBy,
      ...(name === undefined ? {} : { worst: { value, name, line: worst!.line } }),
    },
  };
}

function affectedRow({ path, depth }: Since["affected"][number]): Row {
  const at = plainLine(path, 200);
  return { line: `depth ${depth} ${at}`, item: { path: at, depth } };
}
