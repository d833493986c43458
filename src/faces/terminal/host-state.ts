import type { HostProgress } from "../progress/host-progress.ts";
import type { Tone } from "./spans.ts";

export interface HostWord {
  readonly word: string;
  readonly tone: Tone;
}

/** The state of a host as a word; the colour only underlines it. */
export function hostWord(host: HostProgress): HostWord {
  switch (host.phase) {
    case "new":
      return { word: "waiting", tone: "dim" };
    case "connecting":
      return { word: "joining", tone: "warn" };
    case "ready":
      if (host.leases.length === 0) return { word: "idle", tone: "dim" };
      return host.leases.some(({ copied }) => copied)
        ? { word: "slow", tone: "warn" }
        : { word: "busy", tone: "good" };
    case "loaded":
      return { word: "loaded", tone: "warn" };
    case "probing":
      return { word: "probing", tone: "warn" };
    case "resting":
      return { word: "resting", tone: "bad" };
    case "lost":
      // Nobody has lost what was never there.
      return { word: host.slots === undefined ? "away" : "lost", tone: "bad" };
    case "failed":
      return { word: "failed", tone: "bad" };
    case "dropped":
      return { word: "dropped", tone: "dim" };
  }
}

/** Its session is up, so its figures mean something. */
export function isThere({ phase }: HostProgress): boolean {
  return phase === "ready" || phase === "loaded" || phase === "probing";
}

/** Leases that run; others wait on the host for a free slot. */
export function slotsInUse({ leases, slots }: HostProgress): number {
  return slots === undefined ? leases.length : Math.min(leases.length, slots);
}

/** What is special about a host now: the longest way of saying it first. */
export function hostNotes(host: HostProgress, now: number): string[] {
  const again = host.restUntil === undefined ? undefined : Math.ceil((host.restUntil - now) / 1000);
  const taken = host.takenBack?.reason === host.reason ? host.takenBack.units : 0;
  const units = taken === 1 ? "1 unit" : `${taken} units`;
  switch (host.phase) {
    case "lost":
    case "resting": {
      const next = again === undefined || again <= 0 ? "trying again" : `trying again in ${again} s`;
      const short = again === undefined || again <= 0 ? "tries again" : `again in ${again} s`;
      if (taken === 0) return [`${next}: ${host.reason}`, `${short}: ${host.reason}`];
      return [`${units} back in the queue, ${next}`, `${units} back, ${short}`, short];
    }
    case "probing":
      return ["shows with one small unit that it is well", "one small unit first", "on trial"];
    case "failed":
    case "loaded":
      return [host.reason];
    case "connecting":
      // Said only of a host that was there before.
      return host.slots === undefined
        ? []
        : [taken > 0 ? `reconnecting, ${units} back in the queue` : "", "reconnecting"].filter(
            (way) => way !== "",
          );
    case "new":
    // The word has said it.
    case "dropped":
      return [];
    case "ready": {
      const copy = host.leases.find(({ copyOf }) => copyOf !== undefined);
      if (copy !== undefined)
        return [`running a copy of ${copy.copyOf}'s unit ${copy.unit}`, `copy of ${copy.copyOf}'s unit`];
      const late = host.leases.find(({ copied }) => copied);
      if (late !== undefined)
        return [`unit ${late.unit} is late, a copy runs elsewhere`, "late, copied elsewhere"];
      if (host.retries > 0) return [`${host.retries} ${host.retries === 1 ? "unit" : "units"} retried`];
      return host.started === "shipped" && host.units === 0 ? ["a Node was sent to it"] : [];
    }
  }
}
