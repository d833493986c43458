import type { CaelumEvent } from "#kernel";

/**
 * A transform of Execa for the stderr of a command with `--json`, which adds what is told to `events`. Whoever awaits the process
 * has every event then; a listener of lines would still have some before it.
 */
export function eventLines(events: CaelumEvent[]) {
  return function* (line: unknown): Generator<string, void, void> {
    const text = String(line);
    if (text.startsWith("{") && text.includes('"seq"')) events.push(JSON.parse(text) as CaelumEvent);
    yield text;
  };
}
