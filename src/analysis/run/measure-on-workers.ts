import { availableParallelism } from "node:os";
import { SessionLostError, type Workers } from "#agents";
import { type FleetPlan, followFleet, HostPool, NoUsableHostError, type RunControl, specOf } from "#crew";
import { type Host, localHost } from "#fleet";
import { type EventBody, throwIfAborted } from "#kernel";
import {
  type HostSpec,
  type Lease,
  LeaseFailure,
  type Outcome,
  runSchedule,
  type ScheduleControl,
} from "#schedule";
import { bytesRead, type FileList } from "../discovery/index.ts";
import type { ArrivedResult } from "../file/wire.ts";
import type { CollectOptions, Keep, RunContext } from "./collect-facts.ts";
import { workerFiles } from "./engine-files.ts";
import { FileContents } from "./file-contents.ts";
import { type FleetSummary, FleetTally } from "./fleet-tally.ts";
import { homesAmong } from "./homes.ts";
import { type FileItem, itemsOf } from "./units.ts";
import { measureOn, startWorkers } from "./worker-host.ts";

/** A unit's results are in memory three times on their way; units of this size cost nothing and bound that. */
const LOCAL_LEASE_MS = 300;
/** On a far host a unit costs a round trip; what a lost host takes with it stays small. */
const FLEET_LEASE_MS = 1000;
/** For a host nobody knows: a tenth of a second of a fast machine, a second of a slow one. */
const FLEET_START_BYTES = 100_000;
/** The only host is this machine: when its agent cannot be started, waiting does not help. */
const LOCAL_STARVE_MS = 5000;

export interface Measured {
  /** Workers of all hosts. */
  workers: number;
  /** Index of a file → why nothing could measure it. */
  lost: Map<number, string>;
  /** Of a run over a fleet. */
  fleet?: FleetSummary;
}

/**
 * Measures files in worker processes of this machine, or of the hosts of `options.fleet`, and says which files no
 * worker survived. Throws a NoUsableHostError when nobody could even begin, an AgentStartError when that is this
 * machine, and a CancelledError.
 */
export async function measureOnWorkers(
  list: FileList,
  missing: readonly number[],
  options: CollectOptions,
  context: RunContext,
  keep: Keep,
): Promise<Measured> {
  const { events, signal, clock } = context;
  const { only, maxFileSize, clones: tapes = false } = options;
  const plan = options.fleet ?? localPlan(options.workers, missing.length);
  const port = { root: list.root, contents: new FileContents(list, maxFileSize), only, maxFileSize, tapes };
  const pool = new HostPool({
    prepare: startWorkers(list.root, workerFiles(options.rules?.file)),
    now: () => clock.monotonic(),
    emit: (event) => events.emit(event),
  });
  const tally = new FleetTally();
  const lost = new Map<number, string>();
  const startedAt = new Map<number, number>();
  const bytesOf = (lease: Lease<FileItem>): number =>
    lease.items.reduce((sum, { index }) => sum + bytesRead(list.files[index]!), 0);
  // Sessions on their way end with the run: ctrl-C must not wait for a host that does not answer.
  const stop = (): void => void pool.close();
  signal.addEventListener("abort", stop, { once: true });
  let unfollow: (() => void) | undefined;
  let lastFailure: string | undefined;
  try {
    await pool.start(plan.hosts);
    throwIfAborted(signal);
    const { hosts, fallback } = hostsToBegin(pool, plan, options.fleet !== undefined);
    if (fallback !== plan.fallback) events.emit(steppedIn(plan));
    const beganAt = clock.monotonic();
    let endedAt = beganAt;
    const outcome: Outcome<FileItem> = await runSchedule<FileItem, ArrivedResult[]>({
      items: itemsOf(list, missing, homesAmong(plan.hosts)),
      hosts,
      ...(fallback === undefined ? {} : { fallback: specOf(fallback) }),
      execute: async (name, lease, leaseSignal) => {
        startedAt.set(lease.id, clock.monotonic());
        const host = pool.host(name, plan.fallback);
        // It was dropped a moment ago, and the lease is taken back in this moment.
        if (host === undefined) throw new LeaseFailure("host-lost", `host "${name}" was dropped`);
        try {
          return await measureOn(host, lease, port, leaseSignal);
        } catch (error) {
          startedAt.delete(lease.id);
          lastFailure = host.lastFailure ?? lastFailure;
          throw error;
        }
      },
      onResult: (lease, results) => {
        for (const [place, result] of results.entries()) keep(lease.items[place]!.index, result);
        endedAt = clock.monotonic();
        const bytes = bytesOf(lease);
        tally.finished(lease, bytes);
        events.emit({
          type: "unit.finished",
          host: lease.host,
          unit: lease.unit,
          files: lease.items.length,
          bytes,
          ms: endedAt - startedAt.get(lease.id)!,
        });
        startedAt.delete(lease.id);
      },
      onQuarantine: (item, reason, unit) => {
        lost.set(item.index, reason);
        events.emit({ type: "file.quarantined", path: list.files[item.index]!.path, reason, unit });
      },
      onEvent: (event) => {
        if (event.type === "unit.retried") tally.retried(event.host, event.reason);
        // Told above, with the bytes of the files.
        if (event.type !== "unit.finished") events.emit(event);
      },
      onControl: (control) => {
        pool.attach(control);
        unfollow = followFleet(plan, pool, events);
        context.onControl?.(runControl(control, pool));
      },
      signal,
      clock,
      options:
        options.fleet === undefined
          ? { starveAfterMs: LOCAL_STARVE_MS, maxLeaseMs: LOCAL_LEASE_MS }
          : { maxLeaseMs: FLEET_LEASE_MS, startWeight: FLEET_START_BYTES },
    });
    throwIfAborted(signal);
    for (const { index } of outcome.unfinished)
      lost.set(index, `no worker was left (${lastFailure ?? "unknown"})`);
    const workers = pool.all.reduce((sum, host) => sum + host.slots, 0);
    if (options.fleet === undefined) return { workers, lost };
    const fellBack = outcome.fellBack || fallback !== plan.fallback;
    const fleet = { ...tally.summary(outcome, pool, endedAt - beganAt), fellBack };
    events.emit({ type: "fleet.summary", ...fleet });
    return { workers, lost, fleet };
  } finally {
    signal.removeEventListener("abort", stop);
    unfollow?.();
    await pool.close();
  }
}

function localPlan(workers: number | undefined, files: number): FleetPlan {
  const slots = Math.min(workers ?? availableParallelism(), files);
  return { hosts: [{ ...localHost, slots }], fallback: undefined };
}

/** Who works from the beginning, and who is left to step in. Throws when there is nobody. */
function hostsToBegin(
  pool: HostPool<Workers>,
  { hosts, fallback }: FleetPlan,
  isFleet: boolean,
): { hosts: HostSpec[]; fallback: Host | undefined } {
  if (pool.ready.length > 0) return { hosts: pool.ready, fallback };
  if (fallback !== undefined) return { hosts: [specOf(fallback)], fallback: undefined };
  if (isFleet) throw new NoUsableHostError(pool.unused);
  // An agent that was lost on its way is started anew by the first lease.
  if (pool.lastError instanceof SessionLostError) return { hosts: hosts.map(specOf), fallback };
  throw pool.lastError ?? new NoUsableHostError([]);
}

function steppedIn({ fallback }: FleetPlan): EventBody {
  const reason = "no host of the fleet could be used";
  return { type: "fallback.started", host: fallback?.name ?? "", reason };
}

function runControl(control: ScheduleControl, pool: HostPool<Workers>): RunControl {
  return {
    pause: () => control.pause(),
    resume: () => control.resume(),
    dropHost: (name) => pool.drop(name),
  };
}
