import type { CaelumEvent } from "#kernel";
import { afterPause } from "./host-progress.ts";
import { advanceHosts, type HostTable, withoutHost } from "./host-table.ts";
import { addNotes, type Note } from "./notes.ts";
import { addWork, type Recent, skipTime, startRecent } from "./recent.ts";
import { advanceTests, type TestsProgress } from "./tests-progress.ts";

/** What is known of a run, from its events alone. Times are milliseconds of the monotonic clock. */
export interface ProgressState {
  readonly title: string;
  readonly startedAt: number;
  /** Undefined until the files have been found. */
  readonly total: { readonly files: number; readonly bytes: number } | undefined;
  readonly cachedFiles: number;
  /** Everything is measured; what is compared now has no known end. */
  readonly seeksCopies: boolean;
  /** Done by workers, without what came from the cache. */
  readonly workedFiles: number;
  readonly workedBytes: number;
  /** From the first unit that came back: start-up must not spoil the speed. */
  readonly recent: Recent | undefined;
  /** When all should be done, as earlier runs have it; undefined: they do not tell. */
  readonly expectedAt: number | undefined;
  readonly pausedAt: number | undefined;
  readonly hosts: HostTable;
  /** Platforms of a test run; for anything else there are none. */
  readonly tests: TestsProgress;
  /** What a person would want to be told, newest last; the last few. */
  readonly notes: readonly Note[];
}

export function startOfProgress(title: string, now: number): ProgressState {
  return {
    title,
    startedAt: now,
    total: undefined,
    cachedFiles: 0,
    seeksCopies: false,
    workedFiles: 0,
    workedBytes: 0,
    recent: undefined,
    expectedAt: undefined,
    pausedAt: undefined,
    hosts: [],
    tests: [],
    notes: [],
  };
}

/** The state after an event; readers of the stream skip types they do not know. */
export function advance(state: ProgressState, event: CaelumEvent, now: number): ProgressState {
  const hosts = advanceHosts(state.hosts, event, now);
  const notes = addNotes(state.notes, event, { hosts, before: state.hosts });
  const tests = advanceTests(state.tests, event);
  const next = advanceTotals(state, event, now);
  const isSame = hosts === next.hosts && notes === next.notes && tests === next.tests;
  return isSame ? next : { ...next, hosts, notes, tests };
}

function advanceTotals(state: ProgressState, event: CaelumEvent, now: number): ProgressState {
  if (event.type === "files.found") {
    const { files, bytes, searched = { files: 0, bytes: 0 } } = event;
    return { ...state, total: { files: files + searched.files, bytes: bytes + searched.bytes } };
  }
  if (event.type === "tests.planned") {
    const { files, bytes } = state.total ?? { files: 0, bytes: 0 };
    // The platform that takes longest ends the run.
    const { expectedMs } = event;
    const expectedAt =
      expectedMs === undefined ? state.expectedAt : Math.max(state.expectedAt ?? 0, now + expectedMs);
    return { ...state, total: { files: files + event.units, bytes: bytes + event.weight }, expectedAt };
  }
  if (event.type === "copies.started") return { ...state, seeksCopies: true };
  if (event.type === "cache.used") return { ...state, cachedFiles: event.hits };
  if (event.type !== "unit.finished") return state;
  return {
    ...state,
    workedFiles: state.workedFiles + event.files,
    workedBytes: state.workedBytes + event.bytes,
    recent:
      state.recent === undefined ? startRecent(now) : addWork(state.recent, now, event.bytes, event.files),
  };
}

/** The person has dropped a host; the scheduler tells that only of hosts that have joined it. */
export function setDropped(state: ProgressState, host: string): ProgressState {
  return { ...state, hosts: withoutHost(state.hosts, host) };
}

/** The person has stopped or resumed the run; time between is neither work nor slowness. */
export function setPaused(state: ProgressState, paused: boolean, now: number): ProgressState {
  if (paused) return { ...state, pausedAt: state.pausedAt ?? now };
  if (state.pausedAt === undefined) return state;
  const ms = now - state.pausedAt;
  return {
    ...state,
    pausedAt: undefined,
    expectedAt: state.expectedAt === undefined ? undefined : state.expectedAt + ms,
    recent: state.recent === undefined ? undefined : skipTime(state.recent, ms),
    hosts: state.hosts.map((host) => afterPause(host, ms)),
  };
}
