import type { TopState } from "../top/top-state.ts";
import type { Clock } from "#kernel";
import type { Key } from "./keys.ts";
import { openScreen } from "./screen.tsx";
import { hostsThatFit, topFrame, type TopView } from "./top-frame.ts";

export interface TopSource {
  readonly stream: NodeJS.WriteStream;
  readonly keys: NodeJS.ReadStream | undefined;
  readonly color: boolean;
  readonly clock: Clock;
  readonly state: () => TopState;
  readonly quit: () => void;
}

/** The live picture of a fleet on a screen of its own. Returns how to leave it as it was found. */
export function terminalTop({ stream, keys, color, clock, state, quit }: TopSource): () => Promise<void> {
  let from = 0;
  const view = (): TopView => {
    const rows = stream.rows || 24;
    const hosts = state();
    from = Math.max(0, Math.min(from, hosts.length - hostsThatFit({ state: hosts, rows })));
    return {
      state: hosts,
      now: clock.monotonic(),
      columns: stream.columns || 80,
      rows,
      keys: keys !== undefined,
      from,
    };
  };
  const onKey = (key: Key): void => {
    if (key === "q" || key === "interrupt" || key === "escape") quit();
    else if (key === "down") from++;
    else if (key === "up") from--;
    screen.draw();
  };
  const screen = openScreen({ stream, color, whole: true, keys, lines: () => topFrame(view()), onKey });
  return () => screen.close();
}
