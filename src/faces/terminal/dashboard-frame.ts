import type { ProgressState } from "../progress/progress-state.ts";
import { inOrder, restText, windowOf } from "./choose-hosts.ts";
import { headerLines } from "./header.ts";
import { hostDetails } from "./host-details.ts";
import { hostRows } from "./host-rows.ts";
import type { Focus } from "./keys.ts";
import { cut, type Line, shortened, span } from "./spans.ts";

export interface View {
  readonly state: ProgressState;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  readonly focus: Focus;
  /** Keys can be pressed. */
  readonly keys: boolean;
  /** There is something that can be paused and dropped from. */
  readonly controllable: boolean;
  /** For the person in front of it; stands above the events. */
  readonly said: string | undefined;
}

/** The lines of the screen: at most `rows - 1` of at most `columns - 1`. A full last line or column would scroll. */
export function dashboardFrame(view: View): Line[] {
  const { state, now, columns, rows, focus } = view;
  const [width, height] = [Math.max(10, columns - 1), Math.max(1, rows - 1)];
  const header = headerLines(state, now, width);
  const help = view.keys ? [helpLine(view, width)] : [];
  const said: Line[] = view.said === undefined ? [] : [[span(shortened(` ${view.said}`, width), "warn")]];
  const room = height - header.length - help.length - said.length;
  const body = focus.mode === "details" ? details(view, width, room) : table(view, width, room);
  return [...header, ...body, ...said, ...help].slice(0, height).map((line) => cut(line, width));
}

/** How many hosts the frame has lines for; what is chosen with the arrows follows this order. */
export function shownOrder({ state, rows, keys, said }: View): ProgressState["hosts"] {
  const room = rows - 1 - 2 - (keys ? 1 : 0) - (said === undefined ? 0 : 1);
  return inOrder(state.hosts, split(room, state.hosts.length, state.notes.length).hosts);
}

function table(view: View, width: number, room: number): Line[] {
  const { state, now, focus } = view;
  const parts = split(room, state.hosts.length, state.notes.length);
  const { shown, rest } = windowOf(inOrder(state.hosts, parts.hosts), parts.hosts, focus.host);
  const hosts = hostRows(
    { hosts: shown, areTests: state.tests.length > 0 },
    now,
    state.pausedAt ?? now,
    width,
    focus.host,
  );
  const more: Line[] = rest.length === 0 ? [] : [[span(shortened(` ${restText(rest)}`, width), "dim")]];
  const notes =
    parts.notes === 0 ? [] : state.notes.filter(({ trouble, host }) => trouble || host !== undefined);
  const told = notes
    .slice(-Math.max(1, parts.notes))
    .toReversed()
    .map((note): Line => [
      span(` ${note.at.slice(11, 19)}  `, "dim"),
      span(shortened(note.text, width - 11)),
    ]);
  const blank: Line[] = parts.blanks ? [[]] : [];
  return [...blank, ...hosts, ...more, ...blank, ...told, ...(told.length > 0 ? blank : [])];
}

function details({ state, now, focus }: View, width: number, room: number): Line[] {
  return [[], ...hostDetails(state, focus.host, now, width, room - 2), []];
}

/** Lines for hosts (without heading, with the line that counts the rest) and events; hosts come first. */
function split(
  room: number,
  hosts: number,
  notes: number,
): { hosts: number; notes: number; blanks: boolean } {
  const blanks = room >= 10;
  const free = Math.max(0, room - 1 - (blanks ? 3 : 0));
  const wanted = Math.min(notes, room >= 30 ? 8 : room >= 16 ? 4 : room >= 8 ? 2 : 1);
  const forHosts = Math.max(1, Math.min(hosts, free - wanted));
  return { hosts: forHosts, notes: Math.max(0, Math.min(wanted, free - forHosts)), blanks };
}

function helpLine({ focus, controllable, state }: View, width: number): Line {
  const pause = state.pausedAt === undefined ? "p pause" : "p resume";
  const controls = controllable ? [pause, "d drop a host"] : [];
  const ways: Record<Focus["mode"], string[]> = {
    watch: [...controls, ...(state.hosts.length > 0 ? ["↵ details"] : []), "q stop"],
    drop: ["↑↓ choose", `↵ drop ${focus.host ?? "it"}`, "esc back"],
    details: ["↑↓ next host", "esc back"],
  };
  return [span(shortened(` ${ways[focus.mode].join("   ")}`, width), "dim")];
}
