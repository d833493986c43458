import type { CaelumEvent } from "#kernel";
import { addWork, type Recent, skipTime, startRecent } from "./recent.ts";
import { oneLine } from "./safe-text.ts";

/** What is known of one host, from events alone. Times are milliseconds of the monotonic clock. */
export interface HostProgress {
  readonly name: string;
  readonly phase: Phase;
  /** Undefined until it has said so. */
  readonly slots: number | undefined;
  readonly platform: string | undefined;
  readonly leases: readonly OpenLease[];
  readonly units: number;
  readonly files: number;
  readonly bytes: number;
  /** From the first lease of its present session. */
  readonly recent: Recent | undefined;
  readonly load: number | undefined;
  readonly freeMemory: number | undefined;
  readonly freeDisk: number | undefined;
  /** Units that it was given and did not answer. */
  readonly retries: number;
  /** The last time units were taken from it: how many, and why. */
  readonly takenBack: { readonly units: number; readonly reason: string } | undefined;
  /** When it is tried again. */
  readonly restUntil: number | undefined;
  /** Why it is as it is; one line. */
  readonly reason: string;
  readonly sent: number;
  readonly saved: number;
  /** What it took to start the agent. */
  readonly started: "warm" | "cold" | "shipped" | undefined;
}

/**
 * `new`: only named so far · `connecting` · `ready` · `loaded`: above its load limit, so that its owner can work ·
 * `lost`: its session ended · `resting`: it failed repeatedly · `probing`: shows whether it is well again ·
 * `failed`: could not be used · `dropped`
 */
export type Phase =
  | "new"
  | "connecting"
  | "ready"
  | "loaded"
  | "lost"
  | "resting"
  | "probing"
  | "failed"
  | "dropped";

export interface OpenLease {
  readonly unit: number;
  readonly attempt: number;
  readonly items: number;
  /** It runs beside the same unit of this host, which is late. */
  readonly copyOf: string | undefined;
  /** A copy of it runs elsewhere: this one is late. */
  readonly copied: boolean;
}

/** What tests say names a host, too, and changes none. */
type TestEvent = Extract<CaelumEvent, { readonly type: `test${string}` }>;
export type HostEvent = Exclude<Extract<CaelumEvent, { readonly host: string }>, TestEvent>;

export function isHostEvent(event: CaelumEvent): event is HostEvent {
  return "host" in event && !event.type.startsWith("test");
}

export function newHostProgress(name: string): HostProgress {
  return {
    name,
    phase: "new",
    slots: undefined,
    platform: undefined,
    leases: [],
    units: 0,
    files: 0,
    bytes: 0,
    recent: undefined,
    load: undefined,
    freeMemory: undefined,
    freeDisk: undefined,
    retries: 0,
    takenBack: undefined,
    restUntil: undefined,
    reason: "",
    sent: 0,
    saved: 0,
    started: undefined,
  };
}

/** What an event says about the host it names. What it says about others is `host-table.ts`'s part. */
export function advanceHost(host: HostProgress, event: HostEvent, now: number): HostProgress {
  switch (event.type) {
    case "host.connecting":
      return { ...host, phase: "connecting" };
    case "host.ready":
      return {
        ...host,
        phase: "ready",
        slots: event.slots,
        platform: oneLine(event.platform),
        started: event.started,
        reason: "",
        restUntil: undefined,
      };
    case "host.failed":
      // When it is tried again the scheduler says, and it knows the host as lost.
      return {
        ...withoutLeases(host),
        phase: event.retry ? "lost" : "failed",
        reason: oneLine(plainReason(host.name, event.message)),
      };
    case "host.vitals":
      return { ...host, load: event.load, freeMemory: event.freeMemory, freeDisk: event.freeDisk };
    case "transfer":
      return { ...host, sent: event.sent, saved: event.saved };
    case "host.state":
      return changeState(host, event, now);
    case "lease.started": {
      const { unit, attempt, items } = event;
      return withLease(working(host), { unit, attempt, items, copyOf: undefined, copied: false }, now);
    }
    case "unit.finished":
      return {
        ...withoutUnit(working(host), event.unit),
        units: host.units + 1,
        files: host.files + event.files,
        bytes: host.bytes + event.bytes,
        recent: addWork(host.recent ?? startRecent(now - event.ms), now, event.bytes, event.files),
      };
    case "unit.retried": {
      const reason = oneLine(plainReason(host.name, event.reason));
      const before = host.takenBack?.reason === reason ? host.takenBack.units : 0;
      return {
        ...withoutUnit(host, event.unit),
        retries: host.retries + 1,
        takenBack: { units: before + 1, reason },
      };
    }
    case "worker.lost":
    case "unit.copied":
    case "fallback.started":
      return host;
  }
}

function changeState(
  host: HostProgress,
  { state, reason }: Extract<HostEvent, { type: "host.state" }>,
  now: number,
): HostProgress {
  const why = oneLine(plainReason(host.name, reason));
  switch (state) {
    case "ready":
      return { ...host, phase: "ready", reason: "", restUntil: undefined, takenBack: undefined };
    case "busy":
      return { ...host, phase: "loaded", reason: why };
    case "probing":
      return { ...host, phase: "probing", reason: why, restUntil: undefined, takenBack: undefined };
    case "left":
      return { ...leaving(host), reason: why };
    case "resting": {
      const rest = /; tried again in (\d+) s$/.exec(reason);
      return {
        ...withoutLeases(host),
        phase: wasLost(host.name, reason) || host.phase === "lost" ? "lost" : "resting",
        reason: why.replace(/; tried again in \d+ s$/, ""),
        restUntil: rest === null ? undefined : now + Number(rest[1]) * 1000,
      };
    }
  }
}

/** The name stands beside it anyway, and so does the number of the unit. */
export function plainReason(host: string, given: string): string {
  const reason = given.replace(/^unit "[^"]*" on (?=host ")/, "");
  for (const prefix of [`host "${host}" was lost: `, `host "${host}": `, `host "${host}" `]) {
    if (reason.startsWith(prefix)) return reason.slice(prefix.length);
  }
  return reason;
}

function wasLost(host: string, reason: string): boolean {
  return reason.startsWith(`host "${host}" was lost: `);
}

/** Its clock starts with the first lease; time without work before that is not slowness. */
export function withLease(host: HostProgress, lease: OpenLease, now: number): HostProgress {
  const others = host.leases.filter(({ unit }) => unit !== lease.unit);
  return { ...host, leases: [...others, lease], recent: host.recent ?? startRecent(now) };
}

export function withoutUnit(host: HostProgress, unit: number): HostProgress {
  return host.leases.some((lease) => lease.unit === unit)
    ? { ...host, leases: host.leases.filter((lease) => lease.unit !== unit) }
    : host;
}

/** Its next session is measured anew. */
function withoutLeases(host: HostProgress): HostProgress {
  return { ...host, leases: [], recent: undefined };
}

/** Whoever works is there, although nobody has said so. */
function working(host: HostProgress): HostProgress {
  return host.phase === "new" ? { ...host, phase: "ready" } : host;
}

export function leaving(host: HostProgress): HostProgress {
  return { ...withoutLeases(host), phase: "dropped", reason: "", restUntil: undefined };
}

export function afterPause(host: HostProgress, ms: number): HostProgress {
  return host.recent === undefined ? host : { ...host, recent: skipTime(host.recent, ms) };
}
