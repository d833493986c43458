import type { CaelumEvent, EventBody } from "#kernel";

/** An event as a stream would emit it, so many milliseconds after midnight. */
export function eventAt(body: EventBody, at = 0, seq = 0): CaelumEvent {
  return { v: 1, run: "r", seq, at: new Date(Date.UTC(2026, 10, 20) + at).toISOString(), ...body };
}
