import type { EventBody } from "#kernel";
import type { Item } from "#schedule";
import { eventOf } from "../../../src/schedule/events.ts";
import { simulate, type World } from "../schedule/simulate.ts";
import type { HostModel } from "../schedule/simulated-host.ts";

/** An event and the virtual time it happened at, milliseconds from the start. */
export interface TimedEvent {
  readonly at: number;
  readonly body: EventBody;
}

/**
 * The events of a run over a fleet as the real scheduler decides it, in virtual time: hosts connect, work, are lost and
 * come back as their models say.
 */
export function recordRun(world: World): TimedEvent[] {
  const files = world.items.length;
  const bytes = Math.round(world.items.reduce((sum, { weight }) => sum + weight, 0));
  const { log, makespanMs } = simulate(world);
  const decided = log.flatMap(({ at, action }): TimedEvent[] => {
    if (action.type === "quarantine") {
      const { item, reason, unit } = action;
      return [{ at, body: { type: "file.quarantined", path: item.id, reason, unit } }];
    }
    // As sessions call it.
    const told =
      action.type === "host" && action.state === "resting"
        ? { ...action, reason: `host "${action.host}" was lost: ${action.reason}` }
        : action;
    const body = eventOf(told);
    return body === undefined ? [] : [{ at, body }];
  });
  const events: TimedEvent[] = [
    { at: 0, body: { type: "run.started", command: "analyze", root: "/project", version: "0.0.0" } },
    { at: 0, body: { type: "files.found", files, bytes, skipped: 12 } },
    ...world.hosts.flatMap((host) => sessionOf(host, makespanMs)),
    ...decided,
  ];
  return events.toSorted((a, b) => a.at - b.at);
}

function sessionOf({ spec, joinsAt = 0, faults = [] }: HostModel, until: number): TimedEvent[] {
  const { name, slots } = spec;
  const isUp = (at: number): boolean => faults.every((fault) => at < fault.at || at > fault.at + fault.ms);
  const ready: EventBody = {
    type: "host.ready",
    host: name,
    slots,
    cores: slots,
    platform: "linux-x64",
    started: "cold",
    ms: 300,
  };
  const vitals = Array.from({ length: Math.ceil(until / 2000) }, (_, index) => joinsAt + index * 2000)
    .filter(isUp)
    .map((at): TimedEvent => {
      const load = slots * 0.9 + Math.sin(at / 3000) / 2;
      return { at, body: { type: "host.vitals", host: name, load, freeMemory: 6e9, freeDisk: 5e10 } };
    });
  return [
    { at: joinsAt, body: { type: "host.connecting", host: name } },
    { at: joinsAt, body: ready },
    ...vitals,
    { at: joinsAt, body: { type: "transfer", host: name, sent: 1_200_000, saved: 0 } },
  ];
}

/** So many files, sizes as in a repository: few large ones. */
export function someFiles(files: number, bytes: number): Item[] {
  const weights = Array.from({ length: files }, (_, index) => 1 / (1 + (index % 97)) + 0.05);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight, index) => ({
    id: `src/file-${index}.ts`,
    weight: Math.max(1, Math.round((weight / total) * bytes)),
  }));
}
