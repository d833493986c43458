import { render } from "ink";
import type { ProgressFace, ProgressSource } from "../progress/progress-face.ts";
import { trouble } from "../progress/sentences.ts";
import { type Note, ProgressView } from "./progress-view.tsx";

const framesPerSecond = 5;
const shownNotes = 3;

/** The live picture of a run on stderr. Reads events only, takes no input, and removes itself at the end. */
export function terminalProgress(source: ProgressSource): ProgressFace {
  const { stream, clock, color } = source;
  const notes: Note[] = [];
  let noted = 0;
  const note = (at: string, text: string): void => {
    notes.unshift({ key: noted++, time: at.slice(11, 19), text });
    notes.splice(shownNotes);
  };
  const view = () => (
    <ProgressView
      state={source.state()}
      now={clock.monotonic()}
      notes={notes}
      width={stream.columns || 80}
      color={color}
    />
  );
  const screen = render(view(), {
    stdout: stream,
    stderr: stream,
    patchConsole: false,
    exitOnCtrlC: false,
    maxFps: framesPerSecond * 2,
  });
  const timer = setInterval(() => screen.rerender(view()), 1000 / framesPerSecond);
  return {
    show(event) {
      const text = trouble(event);
      if (text !== undefined) note(event.at, text);
    },
    say(text) {
      note(new Date(clock.now()).toISOString(), text);
      screen.rerender(view());
    },
    async stop() {
      clearInterval(timer);
      // In this order: a frame that is still to come, or the last one of an unmounted screen, would stay.
      await screen.waitUntilRenderFlush();
      screen.clear();
      screen.unmount();
      await screen.waitUntilExit();
    },
  };
}
