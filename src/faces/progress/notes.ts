import type { CaelumEvent } from "#kernel";
import type { HostTable } from "./host-table.ts";
import { sentence, trouble } from "./sentences.ts";

/** Something that happened, as a person would say it. */
export interface Note {
  /** Counts from 0 within a run. */
  readonly key: number;
  /** ISO, UTC. */
  readonly at: string;
  readonly host: string | undefined;
  readonly text: string;
  /** Something went wrong, or differently; the others only say how far it is. */
  readonly trouble: boolean;
  /** Notes of one cause are one note: its text counts on. */
  readonly cause: string | undefined;
  readonly times: number;
}

interface Around {
  readonly hosts: HostTable;
  readonly before: HostTable;
}

const keptNotes = 200;
/** Events of one cause come in one burst. */
const burstMs = 250;

/** Adds what an event has to say; the same notes when that is nothing. */
export function addNotes(notes: readonly Note[], event: CaelumEvent, around: Around): readonly Note[] {
  const said = sentence(event, around);
  if (said === undefined) return notes;
  const same = notes.findLastIndex(
    ({ cause, at }) =>
      cause !== undefined && cause === said.cause && Date.parse(event.at) - Date.parse(at) < burstMs,
  );
  const times = same === -1 ? 1 : notes[same]!.times + 1;
  const note: Note = {
    key: same === -1 ? (notes.at(-1)?.key ?? -1) + 1 : notes[same]!.key,
    at: same === -1 ? event.at : notes[same]!.at,
    host: "host" in event ? event.host : undefined,
    text: said.text(times),
    trouble: trouble(event),
    cause: said.cause,
    times,
  };
  return same === -1 ? [...notes.slice(1 - keptNotes), note] : notes.with(same, note);
}
