import type { CaelumEvent } from "#kernel";
import { count, roughly } from "../format.ts";
import { measure } from "./measure.ts";
import type { ProgressFace, ProgressSource } from "./progress-face.ts";
import { platformCounts, troubleCounts } from "./tests-progress.ts";

/** In a log, a sign of life now and then is enough. */
const heartbeatMs = 10_000;
/** So long a note may still grow: what has one cause is told in one line. */
const settleMs = 300;

/** Where there is no terminal: one line per event worth telling, with the time. */
export function plainLines(source: ProgressSource): ProgressFace {
  const line = (at: string, text: string): void => source.write(`${at}  ${source.state().title}: ${text}\n`);
  let told = -1;
  let settling: NodeJS.Timeout | undefined;
  const tell = (until: number): void => {
    settling = undefined;
    for (const note of source.state().notes) {
      if (note.key <= told) continue;
      if (Date.parse(note.at) > until) {
        wake();
        return;
      }
      told = note.key;
      line(note.at, note.text);
    }
  };
  const wake = (): void =>
    void (settling ??= setTimeout(() => tell(source.clock.now() - settleMs), settleMs));
  const heartbeat = setInterval(() => {
    const state = source.state();
    const { part, doneFiles, leftMs } = measure(state, source.clock.monotonic());
    if (part === undefined) return;
    const left = leftMs === undefined ? "" : `, about ${roughly(leftMs)} left`;
    const done =
      state.tests.length > 0
        ? [...platformCounts(state.tests), ...troubleCounts(state.tests)].join(", ")
        : `${count(doneFiles)} files done`;
    const how = state.seeksCopies ? "looking for copies" : `${Math.min(99, Math.floor(part * 100))} %${left}`;
    line(new Date(source.clock.now()).toISOString(), `${done}, ${how}`);
  }, heartbeatMs);
  return {
    show: wake,
    say: (text) => line(new Date(source.clock.now()).toISOString(), text),
    async stop() {
      clearInterval(heartbeat);
      clearTimeout(settling);
      tell(Infinity);
    },
  };
}

/** For programs: the events themselves, one JSON object a line. */
export function jsonLines(source: ProgressSource): ProgressFace {
  return {
    show: (event: CaelumEvent) => source.write(`${JSON.stringify(event)}\n`),
    // Programs know what they have done.
    say() {},
    async stop() {},
  };
}
