import type { CaelumEvent, Clock, EventStream } from "#kernel";
import { keysOf } from "./keys-of.ts";
import { canDraw, loadTerminal } from "./load-terminal.ts";
import { jsonLines, plainLines } from "./plain-lines.ts";
import type { ProgressFace, ProgressSource, RunControl } from "./progress-face.ts";
import { advance, type ProgressState, setDropped, setPaused, startOfProgress } from "./progress-state.ts";

/** Work that takes less than this shows a person nothing; a program has every event. */
const patienceMs = 1000;
/** Work that has not stopped so long after ctrl-C may be ended any moment, and the reason must not be drawn over. */
const leaveMs = 4000;

export interface ProgressRequest {
  readonly title: string;
  readonly events: EventStream;
  readonly clock: Clock;
  /** Its abort is answered on the screen: work may take a moment to stop. */
  readonly signal: AbortSignal;
  readonly stderr: {
    readonly stream: NodeJS.WriteStream;
    readonly isTerminal: boolean;
    readonly color: boolean;
  };
  /** Keys come from here if it is a terminal. Default: the process's own. */
  readonly stdin?: NodeJS.ReadStream | undefined;
  readonly quiet?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export interface Progress {
  /** What is known of the run so far. */
  state(): ProgressState;
  /** Hands over what the keys of the live picture act on. */
  readonly onControl: (control: RunControl) => void;
  /** Leaves the screen as it was found. */
  stop(): Promise<void>;
}

/** Shows on stderr what a run does, from its events: as JSON from the first, for people once it has taken a second. */
export function showProgress(request: ProgressRequest): Progress {
  const { events, clock, stderr } = request;
  let state = startOfProgress(request.title, clock.monotonic());
  let face: ProgressFace | undefined;
  let starting: Promise<void> | undefined;
  let control: RunControl | undefined;
  let stopped = false;
  // Until a face is there; a run has a few events in its first second, units apart.
  const early: CaelumEvent[] = [];

  const unsubscribe = events.subscribe((event) => {
    state = advance(state, event, clock.monotonic());
    if (face === undefined) early.push(event);
    else face.show(event);
  });
  const start = async (): Promise<void> => {
    const opened = await openFace(request, {
      stream: stderr.stream,
      keys: keysOf(request.stdin),
      color: stderr.color,
      clock,
      state: () => state,
      control: () => control,
      // Whoever hears ctrl-C hears this, too: there is one way to stop. A real signal would end a process on Windows.
      interrupt: () => void process.emit("SIGINT", "SIGINT"),
      write: (text) => void stderr.stream.write(text),
    });
    if (stopped) return opened.stop();
    face = opened;
    for (const event of early.splice(0)) face.show(event);
  };
  // Not written by whoever hears ctrl-C: anything else on the screen would displace the live picture.
  let leaving: NodeJS.Timeout | undefined;
  const answer = (): void => {
    face?.say("stopping; ctrl-C again ends it at once");
    leaving = setTimeout(() => void face?.stop(), leaveMs).unref();
  };
  request.signal.addEventListener("abort", answer);
  let timer: NodeJS.Timeout | undefined;
  if (request.json && !request.quiet) starting = start();
  else if (!request.quiet) timer = setTimeout(() => void (starting = start()), patienceMs);

  return {
    state: () => state,
    // No event tells that the person has paused the run, and the estimate must know.
    onControl(given) {
      control = {
        pause() {
          given.pause();
          state = setPaused(state, true, clock.monotonic());
        },
        resume() {
          given.resume();
          state = setPaused(state, false, clock.monotonic());
        },
        dropHost(name) {
          given.dropHost(name);
          state = setDropped(state, name);
        },
      };
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      clearTimeout(leaving);
      unsubscribe();
      request.signal.removeEventListener("abort", answer);
      await starting;
      await face?.stop();
    },
  };
}

async function openFace(
  { json, stderr, env }: ProgressRequest,
  source: ProgressSource,
): Promise<ProgressFace> {
  if (json) return jsonLines(source);
  if (!canDraw(stderr, env)) return plainLines(source);
  const { terminalProgress } = await loadTerminal();
  return terminalProgress(source);
}
