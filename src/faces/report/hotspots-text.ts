import type { HotspotReport } from "#analysis";
import { count, counted } from "../format.ts";
import { columns } from "./columns.ts";

/** Cells of the longest bar. */
const BAR = 8;

/** Where complexity and change meet, or why nobody can tell. */
export function hotspotLines(report: HotspotReport | undefined, room: number): string[] {
  if (report === undefined) return [];
  const { history, hotspots } = report;
  if (history.state === "none") return [`unknown: ${history.reason}`];
  const lines = columns(
    hotspots
      .slice(0, 3)
      .map((one) => [
        one.path,
        `cognitive ${count(one.cognitive)}`,
        `changed ${count(one.commits)}×`,
        one.atRisk ? "its main author is gone" : one.trend === "steady" ? "" : one.trend,
        "▇".repeat(Math.max(1, Math.round((one.score * BAR) / 100))),
      ]),
    [{ max: 60 }, {}, {}, { optional: true }, { optional: true }],
    room,
  );
  if (history.state === "full") return lines;
  const why = history.state === "shallow" ? "a shallow clone" : "grafts or replaced commits";
  return [...lines, `${why}: only ${counted(history.commits, "commit")} known, so counts are too low`];
}

export function hotspotTable(report: HotspotReport | undefined, rows: number, width: number): string {
  if (report === undefined || report.hotspots.length === 0) return "";
  const head = [
    "hotspot",
    "score",
    "cognitive",
    "changes",
    "recent",
    "authors",
    "main author",
    "since",
    "last",
  ];
  const right = { right: true };
  const body = report.hotspots
    .slice(0, rows)
    .map((one) => [
      one.path,
      one.score.toFixed(1),
      count(one.cognitive),
      count(one.commits),
      count(one.recent),
      count(one.authors),
      `${one.mainAuthor} ${Math.round(one.mainShare * 100)} %${one.atRisk ? ", gone" : ""}`,
      one.firstChange,
      one.lastChange,
    ]);
  const extra = { optional: true };
  const shape = [
    { max: 60 },
    right,
    right,
    right,
    { ...right, ...extra },
    { ...right, ...extra },
    { max: 30 },
    extra,
    extra,
  ];
  const pairs = report.coupling
    .slice(0, rows)
    .map(({ a, b, shared, degree }) => [a, b, `${count(shared)}×`, `${Math.round(degree * 100)} %`]);
  const together =
    pairs.length === 0
      ? []
      : [
          "",
          ...columns(
            [["changes", "together with", "", "of its changes"], ...pairs],
            [{ max: 60 }, { max: 60 }, right, right],
            width,
          ),
        ];
  return [...columns([head, ...body], shape, width), ...together].join("\n");
}
