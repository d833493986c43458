import { bytes, count } from "../format.ts";
import type { HostProgress } from "../progress/host-progress.ts";
import { rates } from "../progress/recent.ts";
import { hostNotes, hostWord, isThere, slotsInUse } from "./host-state.ts";
import { bar, type Line, padded, shortened, type Span, span, widthOf } from "./spans.ts";

/** A speed over less time says little. */
const minMeasuredMs = 500;
const barCells = 4;
const gap = 2;
/** A note that gets less room than this is no help: other columns give way. */
const usefulNote = 26;

interface Column {
  readonly title: string;
  readonly least: number;
  readonly right: boolean;
  /** Columns with higher numbers are given up first. */
  readonly rank: number;
  cell(host: HostProgress, measuredAt: number): string;
  spans?(host: HostProgress): Line;
}

const columns: readonly Column[] = [
  { title: "host", least: 6, right: false, rank: 0, cell: ({ name }) => shortened(name, 16) },
  {
    title: "state",
    least: 7,
    right: false,
    rank: 0,
    cell: (host) => hostWord(host).word,
    spans: (host) => [span(hostWord(host).word, hostWord(host).tone)],
  },
  {
    title: "slots",
    least: barCells + 4,
    right: false,
    rank: 2,
    cell: (host) => slotsText(host),
    spans: (host) => slotsBar(host),
  },
  { title: "rate", least: 9, right: true, rank: 1, cell: (host, measuredAt) => rateText(host, measuredAt) },
  {
    title: "load",
    least: 4,
    right: true,
    rank: 4,
    cell: (host) => (host.load === undefined || !isThere(host) ? "–" : host.load.toFixed(1)),
  },
  { title: "done", least: 5, right: true, rank: 3, cell: ({ files }) => count(files) },
];

const testColumns = columns.map((column): Column =>
  column.title === "rate" ? { ...column, cell: testRateText } : column,
);

/** The heading and a line per host, speeds as of `measuredAt`. `marked` is the chosen one. */
export function hostRows(
  { hosts, areTests = false }: { hosts: readonly HostProgress[]; areTests?: boolean },
  now: number,
  measuredAt: number,
  width: number,
  marked: string | undefined,
): Line[] {
  const table = fit(areTests ? testColumns : columns, hosts, now, measuredAt, width);
  const used = table.reduce((sum, column) => sum + column.width + gap, 1);
  const head = table.map((column) => padded(column.title, column.width, column.right)).join("  ");
  const room = width - used;
  const heading = room >= 4 ? `${head}  note` : head;
  return [
    [span(` ${heading}`, "dim")],
    ...hosts.map((host): Line => {
      const spans: Span[] = [host.name === marked ? span("▸", "strong") : span(" ")];
      for (const [index, column] of table.entries()) {
        if (index > 0) spans.push(span("  "));
        spans.push(...cellSpans(column, host, measuredAt));
      }
      const note = noteFor(host, now, room);
      return note === "" ? spans : [...spans, span(`  ${note}`, isThere(host) ? "dim" : "plain")];
    }),
  ];
}

interface Placed extends Column {
  readonly width: number;
}

/** All columns where there is room for them and for what there is to say; else the less important go. */
function fit(
  columns: readonly Column[],
  hosts: readonly HostProgress[],
  now: number,
  measuredAt: number,
  width: number,
): readonly Placed[] {
  const wanted = Math.min(
    usefulNote,
    Math.max(0, ...hosts.map((host) => widthOf(hostNotes(host, now)[0] ?? ""))),
  );
  let table = columns.map((column): Placed => ({
    ...column,
    width: Math.max(column.least, ...hosts.map((host) => widthOf(column.cell(host, measuredAt)))),
  }));
  for (const rank of [4, 3, 2, 1]) {
    const used = table.reduce((sum, column) => sum + column.width + gap, 1);
    if (used + wanted <= width || (used - gap <= width && rank < 3)) break;
    table = table.filter((column) => column.rank !== rank);
  }
  return table;
}

function cellSpans(column: Placed, host: HostProgress, measuredAt: number): Line {
  const text = column.cell(host, measuredAt);
  const room = span(" ".repeat(Math.max(0, column.width - widthOf(text))));
  const cell = column.spans?.(host) ?? [span(text)];
  return column.right ? [room, ...cell] : [...cell, room];
}

/** The longest way of saying it that fits. */
function noteFor(host: HostProgress, now: number, room: number): string {
  const ways = hostNotes(host, now);
  const fitting = ways.find((way) => widthOf(way) <= room) ?? ways.at(-1) ?? "";
  return room < 4 ? "" : shortened(fitting, room);
}

function slotsText(host: HostProgress): string {
  return isThere(host) && host.slots !== undefined
    ? `${"█".repeat(barCells)} ${slotsInUse(host)}/${host.slots}`
    : "–";
}

function slotsBar(host: HostProgress): Line {
  if (!isThere(host) || host.slots === undefined) return [span("–")];
  const used = slotsInUse(host);
  // A slot in use is never shown as none.
  const part = host.slots === 0 ? 0 : Math.ceil((used / host.slots) * barCells) / barCells;
  return [...bar(part, barCells, hostWord(host).tone), span(` ${used}/${host.slots}`)];
}

function rateText(host: HostProgress, measuredAt: number): string {
  const measured = host.recent === undefined ? undefined : rates(host.recent, measuredAt, minMeasuredMs);
  if (measured === undefined || host.units === 0 || !isThere(host)) return "–";
  return rate(measured.bytesPerSecond);
}

/** Weights of test files are no bytes. */
function testRateText(host: HostProgress, measuredAt: number): string {
  const measured = host.recent === undefined ? undefined : rates(host.recent, measuredAt, minMeasuredMs);
  if (measured === undefined || host.units === 0 || !isThere(host)) return "–";
  return `${(measured.filesPerSecond * 60).toFixed(0)}/min`;
}

/** In one unit for all that work, so that hosts compare at a glance. */
function rate(bytesPerSecond: number): string {
  return bytesPerSecond >= 50_000 && bytesPerSecond < 1e6
    ? `${(bytesPerSecond / 1e6).toFixed(1)} MB/s`
    : `${bytes(Math.round(bytesPerSecond))}/s`;
}
