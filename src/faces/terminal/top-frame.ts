import { bytes, count } from "../format.ts";
import type { TopState, WatchedHost } from "../top/top-state.ts";
import { bar, cut, type Line, padded, span, spread, type Tone, widthOf } from "./spans.ts";

export interface TopView {
  readonly state: TopState;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  readonly keys: boolean;
  /** First host on the screen, when there are more than fit. */
  readonly from: number;
}

const words: Record<WatchedHost["state"], readonly [word: string, tone: Tone]> = {
  waiting: ["waiting", "dim"],
  connecting: ["joining", "warn"],
  up: ["up", "good"],
  lost: ["lost", "bad"],
  failed: ["failed", "bad"],
};
const loadCells = 10;
const memoryCells = 6;

/** The lines of the screen: at most `rows - 1` of at most `columns - 1`. */
export function topFrame(view: TopView): Line[] {
  const { state, columns, rows, keys } = view;
  const [width, height] = [columns - 1, rows - 1];
  const room = hostsThatFit(view);
  const shown = state.slice(view.from, view.from + room);
  const rest = state.length - shown.length;
  const more: Line[] = rest === 0 ? [] : [[span(` and ${count(rest)} more; ↑↓ shows them`, "dim")]];
  const help: Line[] = keys ? [[span(rest === 0 ? " q quit" : " ↑↓ scroll   q quit", "dim")]] : [];
  const lines = [
    headline(state, width),
    [],
    heading(view),
    ...shown.map((host) => row(host, view)),
    ...more,
    [],
    ...help,
  ];
  return lines.slice(0, height).map((line) => cut(line, width));
}

export function hostsThatFit({ state, rows }: Pick<TopView, "state" | "rows">): number {
  const room = Math.max(1, rows - 1 - 5);
  return state.length <= room ? state.length : Math.max(1, room - 1);
}

/** What the fleet is together. */
function headline(state: TopState, width: number): Line {
  const up = state.filter((host) => host.state === "up");
  const sum = (of: (host: WatchedHost) => number | undefined): number =>
    up.reduce((total, host) => total + (of(host) ?? 0), 0);
  const cores = sum(({ cores }) => cores);
  const left: Line = [
    span(" fleet", "strong"),
    span(`   ${count(up.length)} of ${count(state.length)} hosts up`),
  ];
  const load = sum((host) => host.load);
  return spread(
    left,
    [span(`${count(cores)} cores   load ${load.toFixed(1)}   ${bytes(sum((host) => host.freeMemory))} free`)],
    width,
  );
}

function heading({ state, columns }: TopView): Line {
  const narrow = isNarrow(columns);
  const name = nameWidth(state);
  const parts = [
    padded("host", name),
    padded("state", 7),
    padded("cores", 5, true),
    padded("load", narrow ? 5 : loadCells + 6),
    ...(narrow ? [] : [padded("memory", memoryCells + 9)]),
    padded("disk free", 9, true),
    "agents",
  ];
  return [span(` ${parts.join("  ")}`, "dim")];
}

function row(host: WatchedHost, { state, columns, now }: TopView): Line {
  const [word, tone] = words[host.state];
  const start: Line = [span(` ${padded(host.name, nameWidth(state))}  `), span(padded(word, 7), tone)];
  if (host.state !== "up") {
    const wait = host.againAt === undefined ? 0 : Math.max(0, Math.ceil((host.againAt - now) / 1000));
    return [...start, span(wait > 0 ? `  again in ${wait} s: ${host.reason}` : `  ${host.reason}`)];
  }
  const { cores = 0, load = 0, memory = 0, freeMemory = 0, freeDisk, agents } = host;
  const used = memory === 0 ? 0 : (memory - freeMemory) / memory;
  const narrow = isNarrow(columns);
  return [
    ...start,
    span(`  ${padded(String(cores), 5, true)}  `),
    ...(narrow ? [] : gauge(cores === 0 ? 0 : load / cores, loadCells)),
    span(`${narrow ? "" : " "}${padded(load.toFixed(1), 5, true)}  `),
    ...(narrow ? [] : [...gauge(used, memoryCells), span(` ${padded(bytes(memory), 8, true)}  `)]),
    span(`${padded(freeDisk === undefined ? "–" : bytes(freeDisk), 9, true)}  `),
    span(padded(agents === undefined ? "–" : String(agents), 6, true)),
  ];
}

/** The colour only underlines how full it is. */
function gauge(part: number, cells: number): Line {
  const whole = Math.min(1, Math.max(0, part));
  const tone: Tone = part > 1 ? "bad" : part > 0.75 ? "warn" : "good";
  return bar(Math.round(whole * cells) / cells, cells, tone);
}

function isNarrow(columns: number): boolean {
  return columns < 72;
}

function nameWidth(state: TopState): number {
  return Math.min(20, Math.max(4, ...state.map(({ name }) => widthOf(name))));
}
