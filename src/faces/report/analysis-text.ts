import { Chalk, type ChalkInstance } from "chalk";
import type { Analysis, PlacedFunction, Reach } from "#analysis";
import { bytes, count, counted, seconds } from "../format.ts";
import { copiesLines, copiesTable } from "./clones-text.ts";
import { findingLines } from "./finding-lines.ts";
import { hotspotLines, hotspotTable } from "./hotspots-text.ts";
import { type Column, columns, visible } from "./columns.ts";
import { secretSearchLines } from "./secret-search.ts";
import { orphanRows, unusedLines } from "./unused-text.ts";

export interface TextOptions {
  color: boolean;
  /** Where the report goes to a terminal, it fits into its columns; elsewhere nothing is shortened for that. */
  isTerminal?: boolean;
  /** Columns of the terminal. */
  width: number;
  verbose: boolean;
}

/** Columns that the labels take. */
const LABEL = 10;
/** Rows of each table, unless everything is asked for. */
const ROWS = 10;
const ROWS_VERBOSE = 50;

/** The report for people: ten lines that matter, then tables. Ends with a line feed. */
export function analysisText(analysis: Analysis, options: TextOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const parts = [headline(analysis, paint, options), essentials(analysis, paint, options)];
  if (analysis.focus !== undefined) parts.push(focusText(analysis, paint, options));
  parts.push(...tables(analysis, paint, options));
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function headline({ project, totals, how }: Analysis, paint: ChalkInstance, options: TextOptions): string {
  const cached = how.cacheHits > 0 ? `, ${Math.floor((how.cacheHits * 100) / how.listed)} % from cache` : "";
  const where = how.workers > 0 ? counted(how.workers, "worker") : "in process";
  const parts = [
    visible(project),
    counted(totals.files, "file"),
    `${counted(totals.lines.code, "line")} of code`,
    bytes(totals.bytes),
    seconds(how.ms),
    `${where}${cached}`,
  ];
  const lines = [""];
  for (const part of parts) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = part;
    else if (line.length + part.length + 3 <= widthOf(options)) lines[lines.length - 1] = `${line}   ${part}`;
    else lines.push(part);
  }
  return lines.join("\n").replace(parts[0]!, () => paint.bold(parts[0]!));
}

function essentials(analysis: Analysis, paint: ChalkInstance, options: TextOptions): string {
  const rows: [label: string, lines: string[]][] = [];
  for (const gate of analysis.gates) {
    const failed = gate.failures.length;
    rows.push([
      "gate",
      [
        failed === 0
          ? `${paint.green("passed")}  no function above ${gate.measure} ${gate.limit}`
          : `${paint.red("failed")}  ${counted(failed, "function")} above ${gate.measure} ${gate.limit}`,
        ...gate.failures
          .slice(0, options.verbose ? ROWS_VERBOSE : 3)
          .map((one) => `  ${visible(place(one))}  ${visible(one.name)}  ${count(one.value)}`),
      ],
    ]);
  }
  const copies = analysis.duplicationGate;
  if (copies !== undefined) {
    const state = copies.isFailed ? paint.red("failed") : paint.green("passed");
    rows.push(["gate", [`${state}  ${copies.percent} % of the code is copied, ${copies.limit} % may be`]]);
  }
  const { gate } = analysis.found;
  if (gate !== undefined) {
    rows.push([
      "gate",
      [
        gate.failures === 0
          ? `${paint.green("passed")}  no finding of severity ${gate.severity} or more`
          : `${paint.red("failed")}  ${counted(gate.failures, "finding")} of severity ${gate.severity} or more`,
      ],
    ]);
  }
  if (analysis.found.rules.size > 0)
    rows.push(["findings", findingLines(analysis, options, widthOf(options) - LABEL)]);
  const hotspots = hotspotLines(analysis.hotspots, widthOf(options) - LABEL);
  if (hotspots.length > 0) rows.push(["hotspots", hotspots]);
  const worst = analysis.worst("cognitive", 3).filter((one) => one.ownCognitive > 0);
  const room = widthOf(options) - LABEL;
  if (worst.length > 0) rows.push(["worst", worstLines(worst, room)]);
  const hubs = analysis.hubs(2);
  if (hubs.length > 0) {
    const cells = hubs.map((one) => [one.path, `imported by ${counted(one.importedBy, "file")}`]);
    rows.push(["hubs", columns(cells, [{ max: 80 }, {}], room)]);
  }
  if (analysis.clones !== undefined && analysis.clones.lines > 0)
    rows.push(["copies", copiesLines(analysis.clones, room)]);
  rows.push(["cycles", [cycleLine(analysis)]]);
  const unused = unusedLines(analysis.unused);
  if (unused.length > 0) rows.push(["unused", unused]);
  if (analysis.since !== undefined) rows.push(["changed", sinceLines(analysis.since, options)]);
  rows.push(["trust", [trustLine(analysis), ...leftOutLine(analysis)]]);
  if (!analysis.complete) rows.push([paint.red("missing"), missingLines(analysis)]);
  const label = Math.max(...rows.map(([name]) => plainLength(name)));
  return rows
    .flatMap(([name, lines]) =>
      lines.map(
        (line, index) => `${index === 0 ? pad(paint.bold(name), name, label) : " ".repeat(label)}   ${line}`,
      ),
    )
    .join("\n");
}

function widthOf({ isTerminal = false, width }: TextOptions): number {
  return isTerminal ? width : Infinity;
}

function pad(shown: string, name: string, width: number): string {
  return shown + " ".repeat(Math.max(0, width - plainLength(name)));
}

// eslint-disable-next-line no-control-regex
const ansi = /\u001B\[[0-9;]*m/g;

function plainLength(text: string): number {
  return text.replace(ansi, "").length;
}

function place({ path, line }: { path: string; line: number }): string {
  return `${path}:${line}`;
}

function worstLines(worst: readonly PlacedFunction[], room: number): string[] {
  return columns(
    worst.map((one) => [
      place(one),
      one.name,
      `cognitive ${count(one.ownCognitive)}${one.cognitive > one.ownCognitive ? ` of ${count(one.cognitive)}` : ""}`,
      `cyclomatic ${count(one.cyclomatic)}`,
      counted(one.code, "line"),
    ]),
    [{ max: 80 }, { max: 40 }, {}, { optional: true }, { optional: true }],
    room,
  );
}

function cycleLine({ cycles, cuts }: Analysis): string {
  const [largest] = cycles;
  if (largest === undefined) return "none among the imports";
  const [cut] = cuts;
  const what =
    cut === undefined
      ? `${largest.slice(0, 2).map(visible).join(", ")}${largest.length > 2 ? ", …" : ""}`
      : `cut ${visible(cut.from)} → ${visible(cut.to)}`;
  return `${count(cycles.length)}, the largest of ${counted(largest.length, "file")}: ${what}`;
}

function trustLine({ totals, graph }: Analysis): string {
  const { confidence, errorBytes } = totals.parse;
  const parsed =
    confidence === null
      ? "no file of a language with full measures"
      : `${(confidence * 100).toFixed(confidence === 1 ? 0 : 2)} % of parsed bytes understood${errorBytes > 0 ? ` (${bytes(errorBytes)} were not)` : ""}`;
  const { unresolved } = graph.imports;
  return unresolved === 0 ? parsed : `${parsed}; ${counted(unresolved, "import")} led nowhere`;
}

function leftOutLine({ skippedByReason, secretSearch }: Analysis): string[] {
  return [
    ...(skippedByReason.length === 0
      ? []
      : [`left out: ${skippedByReason.map(([reason, files]) => `${count(files)} ${reason}`).join(", ")}`]),
    ...secretSearchLines(secretSearch),
  ];
}

function missingLines({ skipped, found }: Analysis): string[] {
  const lost = skipped.filter(({ reason }) => reason === "unreadable" || reason === "crashed");
  const shown = lost
    .slice(0, 5)
    .map(
      ({ path, reason, detail }) => `${visible(path)}  ${reason}${detail === undefined ? "" : `: ${detail}`}`,
    );
  if (lost.length > shown.length) shown.push(`and ${count(lost.length - shown.length)} more`);
  const silent = found.unsupportedRules.length + found.gaveUp.length;
  return shown.length === 0 && silent > 0 ? ["what rules could not say: see findings"] : shown;
}

function focusText({ focus }: Analysis, paint: ChalkInstance, options: TextOptions): string {
  const { path, dependsOn, dependedOnBy } = focus!;
  const limit = options.verbose ? Infinity : 20;
  const list = (title: string, { direct, transitive }: Reach): string => {
    const rows = transitive.slice(0, limit).map((one) => [`  ${one.path}`, String(one.depth)]);
    const more =
      transitive.length > limit ? [`  and ${count(transitive.length - limit)} more (--verbose)`] : [];
    return [
      `${title} ${counted(transitive.length, "file")}, ${count(direct.length)} directly`,
      ...columns(rows, [{ max: 100 }, { right: true }], widthOf(options)),
      ...more,
    ].join("\n");
  };
  return [
    paint.bold(visible(path)),
    list("depended on by", dependedOnBy),
    list("depends on", dependsOn),
  ].join("\n");
}

function tables(analysis: Analysis, paint: ChalkInstance, options: TextOptions): string[] {
  const rows = options.verbose ? ROWS_VERBOSE : ROWS;
  const number: Column = { right: true };
  const extra: Column = { right: true, optional: true };
  const titled = (head: string[], body: string[][], shape: Column[]): string => {
    if (body.length === 0) return "";
    const [first = "", ...rest] = columns([head, ...body], shape, widthOf(options));
    return [paint.dim(first), ...rest].join("\n");
  };
  const languages = titled(
    [
      "language",
      "files",
      "code",
      "comment",
      "blank",
      "functions",
      "cognitive",
      "maintainability",
      "confidence",
    ],
    analysis.languages
      .slice(0, rows)
      .map((one) => [
        one.name,
        count(one.files),
        count(one.lines.code),
        count(one.lines.comment),
        count(one.lines.blank),
        one.parse.confidence === null ? "–" : count(one.functions),
        one.parse.confidence === null ? "–" : count(one.cognitive),
        one.functions === 0 ? "–" : one.maintainability.toFixed(0),
        one.parse.confidence === null ? "lines only" : `${(one.parse.confidence * 100).toFixed(2)} %`,
      ]),
    [{}, number, number, extra, extra, number, number, extra, number],
  );
  const functions = titled(
    ["function", "at", "own", "cognitive", "cyclomatic", "nesting", "parameters", "lines", "maintainability"],
    analysis
      .worst("cognitive", rows)
      .map((one) => [
        one.container === undefined || one.nested ? one.name : `${one.container}.${one.name}`,
        place(one),
        count(one.ownCognitive),
        count(one.cognitive),
        count(one.cyclomatic),
        count(one.nesting),
        count(one.parameters),
        count(one.code),
        one.maintainability.toFixed(0),
      ]),
    [{ max: 40 }, { max: 60 }, number, extra, extra, extra, extra, extra, extra],
  );
  const folders = titled(
    ["folder", "files", "code", "functions", "cognitive", "maintainability"],
    analysis.folders
      .filter(({ path }) => path !== "." && (options.verbose || path.split("/").length <= 2))
      .toSorted(
        (a, b) => b.cognitive - a.cognitive || b.lines.code - a.lines.code || (a.path < b.path ? -1 : 1),
      )
      .slice(0, rows)
      .map((one) => [
        one.path,
        count(one.files),
        count(one.lines.code),
        count(one.functions),
        count(one.cognitive),
        one.functions === 0 ? "–" : one.maintainability.toFixed(0),
      ]),
    [{ max: 50 }, number, number, extra, number, extra],
  );
  const hubs = options.verbose
    ? titled(
        ["file", "imported by"],
        analysis.hubs(rows).map((one) => [one.path, count(one.importedBy)]),
        [{ max: 80 }, number],
      )
    : "";
  const hotspots = options.verbose ? hotspotTable(analysis.hotspots, rows, widthOf(options)) : "";
  const copies = options.verbose ? copiesTable(analysis.clones, rows, widthOf(options)) : "";
  const cycles = options.verbose
    ? analysis.cycles
        .slice(0, rows)
        .map(
          (cycle) =>
            `${paint.dim("cycle")}  ${cycle.slice(0, 12).map(visible).join(" ")}${cycle.length > 12 ? ` and ${count(cycle.length - 12)} more` : ""}`,
        )
        .join("\n")
    : "";
  const orphans = options.verbose
    ? titled(["orphan", "lines of code"], orphanRows(analysis).slice(0, rows), [{ max: 100 }, number])
    : "";
  const unused = options.verbose
    ? titled(
        ["unused export", "at", "used by"],
        (analysis.unused?.exports ?? [])
          .slice(0, rows)
          .map(({ path, line, name, kind, usedBy }) => [`${name} (${kind})`, `${path}:${line}`, usedBy]),
        [{ max: 60 }, { max: 100 }, {}],
      )
    : "";
  const leftOut = options.verbose
    ? titled(
        ["left out", "why"],
        analysis.skipped.map(({ path, reason, detail }) => [
          path,
          detail === undefined ? reason : `${reason} (${detail})`,
        ]),
        [{ max: 80 }, {}],
      )
    : "";
  return [languages, functions, folders, hubs, hotspots, copies, cycles, orphans, unused, leftOut];
}

function sinceLines(
  { revision, changed, affected }: NonNullable<Analysis["since"]>,
  { verbose }: TextOptions,
): string[] {
  const near = affected.filter(({ depth }) => depth === 1).length;
  const shown = verbose ? ROWS_VERBOSE : 3;
  return [
    `${counted(changed.length, "file")} since ${visible(revision)}; ${counted(affected.length, "other")} may notice, ${count(near)} of them import one directly`,
    ...changed.slice(0, shown).map(({ path, status }) => `  ${visible(path)}  ${status}`),
    ...(changed.length > shown ? [`  and ${count(changed.length - shown)} more`] : []),
  ];
}
