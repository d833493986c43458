import type { CaelumEvent } from "#kernel";
import { count, roughly } from "../format.ts";
import type { ProgressFace, ProgressSource } from "./progress-face.ts";
import { measure } from "./progress-state.ts";
import { sentence } from "./sentences.ts";

/** In a log, a sign of life now and then is enough. */
const heartbeatMs = 10_000;

/** Where there is no terminal: one line per event worth telling, with the time. */
export function plainLines(source: ProgressSource): ProgressFace {
  const line = (at: string, text: string): void => source.write(`${at}  ${source.state().title}: ${text}\n`);
  const heartbeat = setInterval(() => {
    const { part, doneFiles, leftMs } = measure(source.state(), source.clock.monotonic());
    if (part === undefined) return;
    const left = leftMs === undefined ? "" : `, about ${roughly(leftMs)} left`;
    line(
      new Date(source.clock.now()).toISOString(),
      `${count(doneFiles)} files done, ${Math.floor(part * 100)} %${left}`,
    );
  }, heartbeatMs);
  return {
    show(event: CaelumEvent) {
      const text = sentence(event);
      if (text !== undefined) line(event.at, text);
    },
    say: (text) => line(new Date(source.clock.now()).toISOString(), text),
    async stop() {
      clearInterval(heartbeat);
    },
  };
}

/** For programs: the events themselves, one JSON object a line. */
export function jsonLines(source: ProgressSource): ProgressFace {
  return {
    show: (event) => source.write(`${JSON.stringify(event)}\n`),
    // Programs know what they have done.
    say() {},
    async stop() {},
  };
}
