import type { EventBody } from "#kernel";
import type { Action, Item } from "./types.ts";

/**
 * An action as the event that readers see, if it is one. Items given up are told through `onQuarantine` alone:
 * whether they are files or tests is the caller's to say.
 */
export function eventOf(action: Action): EventBody | undefined {
  switch (action.type) {
    case "start": {
      const { host, unit, attempt, items } = action.lease;
      return action.copy
        ? { type: "unit.copied", host, unit, attempt }
        : { type: "lease.started", host, unit, attempt, items: items.length, weight: weightOf(items) };
    }
    case "count": {
      const { host, unit, items } = action.lease;
      const bytes = Math.round(weightOf(items));
      return { type: "unit.finished", host, unit, files: items.length, bytes, ms: action.ms };
    }
    case "retry":
      return {
        type: "unit.retried",
        host: action.lease.host,
        unit: action.lease.unit,
        reason: action.reason,
      };
    case "host":
      return { type: "host.state", host: action.host, state: action.state, reason: action.reason };
    case "fallback":
      return { type: "fallback.started", host: action.host, reason: action.reason };
    case "stop":
    case "late":
    case "quarantine":
    case "finish":
      return undefined;
  }
}

function weightOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.weight, 0);
}
