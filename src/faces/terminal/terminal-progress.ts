import { localHost } from "#fleet";
import type { ProgressFace, ProgressSource } from "../progress/progress-face.ts";
import { dashboardFrame, shownOrder, type View } from "./dashboard-frame.ts";
import { headerLines } from "./header.ts";
import { type Focus, type Key, press, watching } from "./keys.ts";
import { openScreen, type Screen } from "./screen.tsx";
import { type Line, shortened, span } from "./spans.ts";

const shownNotes = 3;

/**
 * The live picture of a run on stderr: a few lines while this machine works alone; once other hosts are there, a
 * dashboard on a screen of its own. Removes itself at the end.
 */
export function terminalProgress(source: ProgressSource): ProgressFace {
  const { stream, color, clock } = source;
  let focus: Focus = watching;
  let said: string | undefined;
  let screen: Screen;
  let changing: Promise<void> | undefined;
  let stopping: Promise<void> | undefined;
  let stopped = false;

  const view = (): View => ({
    state: source.state(),
    now: clock.monotonic(),
    columns: stream.columns || 80,
    rows: stream.rows || 24,
    focus,
    keys: source.keys !== undefined,
    controllable: source.control() !== undefined,
    said,
  });
  const onKey = (key: Key): void => {
    const now = view();
    const paused = now.state.pausedAt !== undefined;
    const pressed = press(focus, key, { hosts: shownOrder(now), paused, controllable: now.controllable });
    focus = pressed.focus;
    const control = source.control();
    switch (pressed.wish?.type) {
      case "pause":
        control?.pause();
        break;
      case "resume":
        control?.resume();
        break;
      case "drop":
        control?.dropHost(pressed.wish.host);
        break;
      case "interrupt":
        source.interrupt();
        break;
      case undefined:
    }
    screen.draw();
  };
  const few = (): Screen =>
    openScreen({ stream, color, whole: false, keys: undefined, lines: () => fewLines(view()), onKey });
  const whole = (): Screen =>
    openScreen({ stream, color, whole: true, keys: source.keys, lines: () => dashboardFrame(view()), onKey });
  const withFleet = (): boolean => {
    const { hosts } = source.state();
    return hosts.length > 1 || hosts.some(({ name }) => name !== localHost.name);
  };

  const change = async (): Promise<void> => {
    await screen.close();
    if (!stopped) screen = whole();
  };

  const stop = async (): Promise<void> => {
    stopped = true;
    await changing;
    await screen.close();
  };

  let isWhole = withFleet();
  screen = isWhole ? whole() : few();
  return {
    show() {
      if (isWhole || stopped || !withFleet()) return;
      isWhole = true;
      changing = change();
    },
    say(text) {
      said = text;
      screen.draw();
    },
    stop: () => (stopping ??= stop()),
  };
}

/** How far, how fast, and what went differently. */
function fewLines({ state, now, columns, said }: View): Line[] {
  const width = Math.max(10, columns - 1);
  const notes = state.notes.filter(({ trouble }) => trouble).slice(-shownNotes);
  const texts = notes.toReversed().map(({ at, text }) => `${at.slice(11, 19)}  ${text}`);
  return [
    ...headerLines(state, now, width),
    ...[...(said === undefined ? [] : [said]), ...texts].map((text): Line => [
      span(shortened(` ${text}`, width), "dim"),
    ]),
  ];
}
