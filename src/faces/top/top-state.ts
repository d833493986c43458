import type { WatchEvent } from "#agents";
import { plainReason } from "../progress/host-progress.ts";
import { oneLine } from "../progress/safe-text.ts";

/** What is known of a host that is only watched. Bytes; times in milliseconds of the monotonic clock. */
export interface WatchedHost {
  readonly name: string;
  readonly state: "waiting" | "connecting" | "up" | "lost" | "failed";
  readonly cores: number | undefined;
  /** Load average of a minute. */
  readonly load: number | undefined;
  readonly memory: number | undefined;
  readonly freeMemory: number | undefined;
  readonly freeDisk: number | undefined;
  /** Agents of ours that work there, without the one that watches. */
  readonly agents: number | undefined;
  readonly system: string;
  /** Why it is not there, and when it is asked again. */
  readonly reason: string;
  readonly againAt: number | undefined;
}

export type TopState = readonly WatchedHost[];

export function startOfTop(names: readonly string[]): TopState {
  return names.map((name) => ({
    name,
    state: "waiting",
    cores: undefined,
    load: undefined,
    memory: undefined,
    freeMemory: undefined,
    freeDisk: undefined,
    agents: undefined,
    system: "",
    reason: "",
    againAt: undefined,
  }));
}

export function advanceTop(state: TopState, event: WatchEvent, now: number): TopState {
  return state.map((host) => (host.name === event.host ? advanceHost(host, event, now) : host));
}

function advanceHost(host: WatchedHost, event: WatchEvent, now: number): WatchedHost {
  switch (event.type) {
    case "connecting":
      return { ...host, state: "connecting", againAt: undefined };
    case "ready": {
      const { cores, load, memory, freeMemory, freeDisk, platform, arch } = event.facts;
      const system = oneLine(`${platform}-${arch}`);
      return { ...host, state: "up", cores, load, memory, freeMemory, freeDisk, system, reason: "" };
    }
    case "vitals": {
      const { load, freeMemory, freeDisk } = event.vitals;
      return { ...host, load, freeMemory, freeDisk };
    }
    case "agents":
      return { ...host, agents: event.agents };
    case "failed": {
      const { step, message } = event.failure;
      const why = oneLine(plainReason(host.name, message));
      return {
        ...host,
        // It has been there: it is not the way to it that is wrong.
        state: host.cores === undefined ? "failed" : "lost",
        reason: host.cores === undefined ? `${step}: ${why}` : why,
        againAt: now + event.againMs,
      };
    }
  }
}
