import picomatch from "picomatch";
import type { HostPool } from "#crew";
import type { Host } from "#fleet";
import { CaelumError, type Clock, type EventBody, throwIfAborted } from "#kernel";
import { type HostSpec, LeaseFailure, type Outcome, runSchedule, type ScheduleControl } from "#schedule";
import { testKey, type TestUnit } from "../model.ts";
import { Fits, isMostlyTimed, kindOf, type UnitItem, weightOf, weightsOf } from "./items.ts";
import { failuresOf, Ledger } from "./ledger.ts";
import type { TestMachine } from "./machine.ts";
import type { TestOptions } from "./options.ts";
import { type SplitPlan, splitLongUnits } from "./split-units.ts";
import { type LeasesPort, UnitLeases } from "./unit-leases.ts";

/** More failures than this are no matter of chance. */
const mostRetried = 10;

/** A schedule may split what it was given into parts, and those again. */
const unitsPerItem = 8;

export interface PlatformPort extends LeasesPort {
  readonly pool: HostPool<TestMachine>;
  readonly options: TestOptions;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Works for this platform when no other host of it is left. */
  readonly fallback: { host: Host; spec: HostSpec } | undefined;
  /** Recorded milliseconds by unit. */
  readonly timings: ReadonlyMap<string, number>;
  /** Milliseconds of a unit's tests in the last run, by their names. */
  readonly testTimes: SplitPlan["testTimes"];
  /** Takes so many numbers for units; the first of them. */
  readonly nextUnits: (count: number) => number;
}

/** One platform of a run: its hosts, its queue, and what came of its units. */
export class PlatformRun {
  readonly name: string;
  readonly ledger = new Ledger();
  readonly members = new Map<string, HostSpec>();
  readonly busyMs = new Map<string, number>();
  /** Unit → why it has no counted result. */
  readonly missing = new Map<string, string>();
  /** Projects whose tests nobody could list, with the reason. */
  readonly unlisted: string[] = [];
  /** Everybody who was ever here. */
  readonly hosts = new Set<string>();
  units: readonly TestUnit[] = [];
  ms = 0;
  readonly #port: PlatformPort;
  readonly #leases: UnitLeases;
  readonly #first = Promise.withResolvers<void>();
  readonly #lacking = new Map<string, ReadonlySet<string>>();
  readonly #fits = new Fits((kind, host) => this.#lacking.get(host)?.has(kind) === true);
  #control: ScheduleControl | undefined;
  #paused = false;
  /** Most weights are times of earlier runs. */
  #isTimed = false;

  constructor(name: string, port: PlatformPort) {
    this.name = name;
    this.#port = port;
    this.#leases = new UnitLeases(name, this.ledger, port);
  }

  /** Every run of a unit counts: nothing is a second try. */
  get repeats(): boolean {
    return this.#port.options.repeat > 1;
  }

  /** Resolves when the first host is ready; stays open when there is none. */
  get first(): Promise<void> {
    return this.#first.promise;
  }

  /** The machine that does the work when no other host of this platform is left. */
  get fallback(): Host | undefined {
    return this.#port.fallback?.host;
  }

  /** `lacking`: what it cannot run (see `kindOf`), since tools are missing. */
  join(spec: HostSpec, lacking: ReadonlySet<string>): void {
    this.members.set(spec.name, spec);
    this.hosts.add(spec.name);
    this.#lacking.set(spec.name, lacking);
    this.#control?.addHost(spec);
    this.#first.resolve();
  }

  leave(name: string): void {
    this.members.delete(name);
    this.#control?.dropHost(name);
  }

  setLoad(name: string, load: number): void {
    this.#control?.setLoad(name, load);
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#control?.pause();
    else this.#control?.resume();
  }

  /**
   * Runs these units, `first` before the others, and tries failures again. What has no result in the end is in `missing`.
   */
  async run(listed: readonly TestUnit[], first: (unit: TestUnit) => boolean): Promise<void> {
    const { options, clock, emit } = this.#port;
    const beganAt = clock.monotonic();
    const { units, timings } = await this.#split(listed);
    this.units = units;
    const weights = weightsOf(units, timings);
    const all = Array.from({ length: options.repeat }, (_, index) =>
      units.map((unit) => this.#item(unit, index + 1, weights, options.repeat > 1)),
    ).flat();
    emit({
      type: "tests.planned",
      platform: this.name,
      units: all.length,
      weight: weightOf(all),
      ...this.#expected(all, timings),
    });
    this.#isTimed = isMostlyTimed(all, timings);
    for (const items of [all.filter(({ unit }) => first(unit)), all.filter(({ unit }) => !first(unit))])
      if (items.length > 0) await this.#round(items);
    if (options.repeat === 1) await this.#retry(weights);
    this.ms = clock.monotonic() - beganAt;
    emit({
      type: "platform.finished",
      platform: this.name,
      complete: this.missing.size === 0,
      ms: this.ms,
      missing: this.missing.size,
    });
  }

  /** Nothing where most of it was never timed: a guess by sizes would be no more than that. */
  #expected(all: readonly UnitItem[], timings: ReadonlyMap<string, number>): { expectedMs?: number } {
    const slots = [...this.members.values()].reduce((total, spec) => total + spec.slots, 0);
    if (slots === 0 || !isMostlyTimed(all, timings)) return {};
    // One unit cannot be shared out.
    return { expectedMs: Math.max(weightOf(all) / slots, ...all.map(({ weight }) => weight)) };
  }

  #split(units: readonly TestUnit[]): ReturnType<typeof splitLongUnits> {
    const { pool, signal, timings, testTimes, options } = this.#port;
    const independent = picomatch([...(options.independent ?? [])], { dot: true });
    const slots = [...this.members.values()].reduce((sum, spec) => sum + spec.slots, 0);
    const split: SplitPlan["split"] = async (unit, parts, times) => {
      for (const name of this.members.keys()) {
        if (this.#lacking.get(name)?.has(kindOf(unit)) === true) continue;
        try {
          const opened = await pool.host(name)?.open();
          if (opened !== undefined)
            return await opened.work.use((program) => program.split(unit, parts, signal, times));
        } catch (error) {
          throwIfAborted(signal);
          // It is run whole; whoever could not split it may be gone in a moment.
          if (!(error instanceof CaelumError)) throw error;
        }
      }
      return [unit];
    };
    return splitLongUnits(units, {
      slots,
      timings,
      independent: ({ file }) => independent(file),
      testTimes,
      split,
    });
  }

  async #retry(weights: ReadonlyMap<string, number>): Promise<void> {
    const { options, signal, emit } = this.#port;
    for (let attempt = 2; attempt <= options.retry + 1 && !signal.aborted; attempt++) {
      const failed = this.units.filter((unit) => {
        const before = this.ledger.get(unit.id, attempt - 1);
        return before !== undefined && failuresOf(before) > 0;
      });
      const failures = failed.reduce((sum, { id }) => sum + failuresOf(this.ledger.get(id, attempt - 1)!), 0);
      if (failures === 0 || failures > mostRetried) return;
      emit({ type: "tests.retried", platform: this.name, units: failed.length, attempt });
      await this.#round(
        failed.map((unit) => {
          const tried = this.ledger.runs.filter((run) => run.unit.id === unit.id).map(({ host }) => host);
          const others = [...this.members.keys()].some((name) => !tried.includes(name));
          return this.#item(unit, attempt, weights, false, others ? [...new Set(tried)].toSorted() : []);
        }),
      );
      // A retry that gave nothing leaves what was there before.
      for (const unit of failed) {
        this.missing.delete(unit.id);
        this.#tellFlaky(unit, attempt);
      }
    }
  }

  /** Tests that failed before and pass in this attempt. */
  #tellFlaky({ id }: TestUnit, attempt: number): void {
    const [before, now] = [this.ledger.get(id, attempt - 1), this.ledger.get(id, attempt)];
    if (before === undefined || now === undefined) return;
    const failed = new Set(
      before.tests.flatMap(({ result }) => (result.outcome === "failed" ? [testKey(result.test)] : [])),
    );
    for (const { result } of now.tests) {
      if (result.outcome !== "passed" || !failed.has(testKey(result.test))) continue;
      const { file, title } = result.test;
      const hosts = [before.host, now.host];
      this.#port.emit({ type: "test.flaky", platform: this.name, file, title: [...title], hosts });
    }
  }

  #item(
    unit: TestUnit,
    attempt: number,
    weights: ReadonlyMap<string, number>,
    repeated: boolean,
    avoid: readonly string[] = [],
  ): UnitItem {
    return {
      id: `${attempt}|${unit.id}`,
      unit,
      attempt,
      weight: weights.get(unit.id) ?? 1,
      kind: kindOf(unit, repeated ? attempt : 1),
      fits: this.#fits.for(kindOf(unit), avoid),
    };
  }

  async #round(items: readonly UnitItem[]): Promise<void> {
    const { pool, signal, clock, emit, fallback, options } = this.#port;
    const offset = this.#port.nextUnits(items.length * unitsPerItem);
    const outcome: Outcome<UnitItem> = await runSchedule<UnitItem, void>({
      items,
      hosts: [...this.members.values()],
      fallback: fallback !== undefined && !this.members.has(fallback.spec.name) ? fallback.spec : undefined,
      execute: async (name, lease, leaseSignal) => {
        const host = pool.host(name, fallback?.host);
        // It was dropped a moment ago, and the lease is taken back in this moment.
        if (host === undefined) throw new LeaseFailure("host-lost", `host "${name}" was dropped`);
        await this.#leases.execute(host, lease, leaseSignal);
      },
      onResult: () => undefined,
      onQuarantine: (item, reason) => this.#leases.giveUp(item, reason),
      // Units are numbered anew in each schedule; readers of events know one run.
      onEvent: (event) => {
        if ("unit" in event && typeof event.unit === "number")
          emit({ ...event, unit: event.unit + offset } as EventBody);
        else if (event.type !== "file.quarantined") emit(event);
      },
      onControl: (control) => {
        this.#control = control;
        if (this.#paused) control.pause();
      },
      signal,
      clock,
      options: {
        // What weighs little by its size may take long: less at once.
        k: this.#isTimed ? 1.5 : 3,
        overheadMs: 300,
        maxLeaseMs: 30_000,
        maxItems: 500,
        maxHostLosses: 3,
        ...(options.fleet === undefined ? { starveAfterMs: 5000 } : {}),
      },
    });
    this.#control = undefined;
    if (outcome.fellBack && fallback !== undefined) this.join(fallback.spec, new Set());
    for (const { host, busyMs, speeds } of outcome.perHost) {
      this.busyMs.set(host, (this.busyMs.get(host) ?? 0) + busyMs);
      const spec = this.members.get(host);
      // What was learned helps the retries.
      if (spec !== undefined) this.members.set(host, { ...spec, speeds: { ...spec.speeds, ...speeds } });
    }
    for (const { unit, attempt } of outcome.unfinished) {
      if (this.ledger.has(unit.id, attempt)) continue;
      this.missing.set(
        unit.id,
        outcome.end === "cancelled" ? "the run was stopped before" : this.#whyNobody(unit),
      );
    }
  }

  #whyNobody(unit: TestUnit): string {
    const kind = kindOf(unit);
    const able = [...this.members.keys()].filter((name) => this.#lacking.get(name)?.has(kind) !== true);
    if (this.members.size > 0 && able.length === 0)
      return `no host of ${this.name} has what ${unit.runner} needs`;
    const [last] = this.#port.pool.all.flatMap(({ lastFailure }) => lastFailure ?? []).slice(-1);
    return last === undefined
      ? `no host of ${this.name} was left`
      : `no host of ${this.name} was left: ${last}`;
  }
}
