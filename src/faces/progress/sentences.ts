import type { CaelumEvent } from "#kernel";
import { bytes, count, counted, seconds } from "../format.ts";
import { type HostProgress, plainReason } from "./host-progress.ts";
import type { HostTable } from "./host-table.ts";
import type { ProgressState } from "./progress-state.ts";
import { oneLine } from "./safe-text.ts";
import { testSentence } from "./test-sentences.ts";

export interface Said {
  /** Events with one cause that come together are told once; `times`: how many so far. */
  text(times: number): string;
  readonly cause: string | undefined;
}

/** The hosts after and before the event. */
interface Around {
  readonly hosts: HostTable;
  readonly before: HostTable;
}

/** An event as a person would say it; undefined for those that only move numbers. */
export function sentence(event: CaelumEvent, around: Around): Said | undefined {
  switch (event.type) {
    case "unit.retried": {
      const reason = reasonOf(event);
      const subject = (times: number): string =>
        times === 1 ? `unit ${event.unit} is` : `${count(times)} units are`;
      return {
        text: (times) => `${event.host}: ${subject(times)} tried again: ${reason}`,
        cause: causeOf(event.host, reason),
      };
    }
    case "unit.copied": {
      const late = around.hosts.find(({ name }) => name === event.host)?.leases.at(-1)?.copyOf;
      const where = late === undefined ? "elsewhere" : `on ${late}`;
      return {
        text: (times) =>
          times === 1
            ? `${event.host}: runs a copy of unit ${event.unit}, which is late ${where}`
            : `${event.host}: runs copies of ${times} units that are late ${where}`,
        cause: `copies|${event.host}|${where}`,
      };
    }
    case "host.state":
      return stateSentence(event, around);
    default: {
      const text = plainSentence(event, around);
      return text === undefined ? undefined : { text: () => text, cause: undefined };
    }
  }
}

function plainSentence(event: CaelumEvent, { before }: Around): string | undefined {
  switch (event.type) {
    case "files.found":
      return `${counted(event.files, "file")}, ${bytes(event.bytes)}; ${count(event.skipped)} left out`;
    case "cache.used":
      return event.hits === 0
        ? undefined
        : `${counted(event.hits, "file")} unchanged since they were last read`;
    case "cache.failed":
      return `the cache cannot be used: ${oneLine(event.message)}`;
    case "file.quarantined":
      return `${oneLine(event.path)} is left out: ${oneLine(event.reason)}`;
    case "worker.lost":
      return `${event.host}: a worker was lost (${oneLine(event.reason)})`;
    case "host.connecting":
      return before.some(({ name, slots }) => name === event.host && slots !== undefined)
        ? `${event.host}: reconnecting`
        : undefined;
    case "host.ready": {
      const sent = { warm: "", cold: ", the agent was sent", shipped: ", the agent and a Node were sent" };
      return `${event.host}: ready after ${seconds(event.ms)}, ${counted(event.slots, "slot")}${sent[event.started]}`;
    }
    case "host.failed": {
      const what = `${event.host}: ${oneLine(plainReason(event.host, event.message))}`;
      if (event.retry) return `${what}; it is tried again`;
      return event.hint === undefined ? what : `${what}; try: ${oneLine(event.hint)}`;
    }
    case "fallback.started":
      return `${event.host}: steps in: ${oneLine(event.reason)}`;
    case "fleet.changed":
      return fleetChange(event);
    default:
      return testSentence(event);
  }
}

function stateSentence(
  event: Extract<CaelumEvent, { type: "host.state" }>,
  around: Around,
): Said | undefined {
  const find = (hosts: HostTable) => hosts.find(({ name }) => name === event.host);
  const [now, before] = [find(around.hosts), find(around.before)];
  const reason = reasonOf(event);
  const say = (text: string, cause?: string): Said => ({ text: () => `${event.host}: ${text}`, cause });
  switch (event.state) {
    case "ready":
      if (before?.phase === "loaded") return say("its load is low enough again");
      return before?.phase === "probing" ? say("back at work") : undefined;
    case "busy":
      return say(`no new work while its load is above its limit (${reason})`);
    case "probing":
      return undefined;
    case "left": {
      const open = before?.leases.length ?? 0;
      return say(`dropped${unitsGo(open + takenFor(before, dropped))}`, causeOf(event.host, dropped));
    }
    case "resting": {
      const taken = takenFor(now, now?.reason);
      const [, why = reason, again] = /^(.*?)(; tried again in \d+ s)?$/.exec(reason) ?? [];
      return say(
        `${now?.phase === "lost" ? "lost: " : ""}${why}${unitsGo(taken)}${again?.replace("tried", "trying") ?? ""}`,
        // What its units say about the same loss is part of this.
        causeOf(event.host, why),
      );
    }
  }
}

/** How the scheduler calls it when it takes back the units of a host that leaves. */
const dropped = "was dropped";

function takenFor(host: HostProgress | undefined, reason: string | undefined): number {
  return host?.takenBack !== undefined && host.takenBack.reason === reason ? host.takenBack.units : 0;
}

function unitsGo(units: number): string {
  return units === 0 ? "" : `; ${counted(units, "unit")} ${units === 1 ? "goes" : "go"} elsewhere`;
}

function fleetChange({ joined, left, problem }: Extract<CaelumEvent, { type: "fleet.changed" }>): string {
  if (problem !== undefined) return `the fleet stays as it was: ${oneLine(problem)}`;
  const parts = [
    joined.length === 0 ? [] : `${some(joined)} joined`,
    left.length === 0 ? [] : `${some(left)} left`,
  ];
  return `the fleet has changed: ${parts.flat().join(", ")}`;
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function reasonOf({ host, reason }: { host: string; reason: string }): string {
  return oneLine(plainReason(host, reason));
}

function causeOf(host: string, reason: string): string {
  return `taken|${host}|${reason}`;
}

/** Whether an event tells that something went wrong, or differently. */
export function trouble({ type }: CaelumEvent): boolean {
  return !["files.found", "cache.used", "host.ready", "tests.found"].includes(type);
}

/** For the message of a run that was stopped: ` after 1,204 of 4,227 files`. */
export function howFar({ total, cachedFiles, workedFiles, tests }: ProgressState): string {
  if (total === undefined) return "";
  const noun = tests.length > 0 ? "test file" : "file";
  return ` after ${count(Math.min(total.files, cachedFiles + workedFiles))} of ${counted(total.files, noun)}`;
}
