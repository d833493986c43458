import { type Instance, type Key as InkKey, render, useInput } from "ink";
import type { ReactNode } from "react";
import type { Key } from "./keys.ts";
import { LinesView } from "./lines-view.tsx";
import type { Line } from "./spans.ts";

interface ScreenRequest {
  readonly stream: NodeJS.WriteStream;
  readonly color: boolean;
  /** A screen of its own, as editors have; else in place, below what is there. */
  readonly whole: boolean;
  readonly keys: NodeJS.ReadStream | undefined;
  readonly lines: () => readonly Line[];
  readonly onKey: (key: Key) => void;
}

/** Draws lines on a terminal, twice a second and after each key, and takes them away again. */
export interface Screen {
  draw(): void;
  /** Leaves the terminal as it was found. */
  close(): Promise<void>;
}

/** Enough to read figures by; what a key does is drawn at once. */
const framesPerSecond = 2;
const mostFramesPerSecond = 10;
/** To the upper left corner of an empty screen: a new one has the cursor where the old one had it. */
const home = "\u001B[H\u001B[2J";

export function openScreen({ stream, color, whole, keys, lines, onKey }: ScreenRequest): Screen {
  const picture = (): ReactNode => (
    <>
      {keys === undefined ? null : <Keys onKey={onKey} />}
      <LinesView lines={lines()} color={color} />
    </>
  );
  const ink: Instance = render(null, {
    stdout: stream,
    stderr: stream,
    ...(keys === undefined ? {} : { stdin: keys }),
    patchConsole: false,
    exitOnCtrlC: false,
    maxFps: mostFramesPerSecond,
    incrementalRendering: true,
    alternateScreen: whole,
  });
  let open = true;
  const draw = (): void => {
    if (open) ink.rerender(picture());
  };
  if (whole) stream.write(home);
  draw();
  const resized = (): void => {
    if (!whole) return;
    // Terminals differ in which lines they keep; Ink counts on all of them.
    ink.clear();
    stream.write(home);
    draw();
  };
  stream.on("resize", resized);
  const timer = setInterval(draw, 1000 / framesPerSecond);
  // Whoever prints what has crashed should find the terminal as it was.
  const rest = (): void => {
    open = false;
    clearInterval(timer);
    stream.removeListener("resize", resized);
  };
  const leave = (): void => {
    rest();
    if (!whole) ink.clear();
    ink.unmount();
  };
  process.prependListener("uncaughtException", leave);
  return {
    draw,
    async close() {
      process.removeListener("uncaughtException", leave);
      rest();
      // In this order: a frame that is still to come, or the last one of an unmounted screen, would stay.
      await ink.waitUntilRenderFlush();
      if (!whole) ink.clear();
      ink.unmount();
      await ink.waitUntilExit();
    },
  };
}

/** Takes keys for as long as it is on the screen; raw mode goes with it. */
function Keys({ onKey }: { onKey: (key: Key) => void }): ReactNode {
  useInput((input, key) => {
    const named = namedKey(key);
    if (named !== undefined) return onKey(named);
    // Keys that come together are told together.
    for (const letter of input) {
      if (key.ctrl ? letter === "c" : letter === "\u0003") onKey("interrupt");
      else if (!key.ctrl && !key.meta && (letter === "p" || letter === "d" || letter === "q")) onKey(letter);
    }
  });
  return null;
}

function namedKey(key: InkKey): Key | undefined {
  if (key.upArrow) return "up";
  if (key.downArrow) return "down";
  if (key.return) return "enter";
  return key.escape ? "escape" : undefined;
}
