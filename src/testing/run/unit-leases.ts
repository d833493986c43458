import type { CrewHost } from "#crew";
import type { EventBody } from "#kernel";
import { type Lease, LeaseFailure } from "#schedule";
import type { WireEvent } from "../host/wire.ts";
import { HostRefusal } from "./errors.ts";
import type { UnitItem } from "./items.ts";
import { type CountedTest, failuresOf, type Ledger, type UnitRun } from "./ledger.ts";
import type { TestMachine } from "./machine.ts";

export interface LeasesPort {
  readonly emit: (event: EventBody) => void;
  /** A failure that counts. */
  readonly onFailure: () => void;
}

/** A lease that a host works on. */
interface UnderWay {
  readonly items: readonly UnitItem[];
  /** What this host has not answered. */
  readonly open: Map<string, { item: UnitItem; tests: CountedTest[] }>;
  /** Aborted when nothing of it is wanted any more. */
  readonly answered: AbortController;
}

/** Does the leases of a platform on its hosts, and has each end counted and told once. */
export class UnitLeases {
  readonly #platform: string;
  readonly #ledger: Ledger;
  readonly #port: LeasesPort;
  /** By the scheduler's number for their items: a lease and its copies. */
  readonly #underWay = new Map<number, Set<UnderWay>>();

  constructor(platform: string, ledger: Ledger, port: LeasesPort) {
    this.#platform = platform;
    this.#ledger = ledger;
    this.#port = port;
  }

  /** Rejects as `execute` of a schedule does. */
  async execute(host: CrewHost<TestMachine>, lease: Lease<UnitItem>, signal: AbortSignal): Promise<void> {
    // A lease that was lost half done is given out whole; what has been answered stays so.
    const items = lease.items.filter(({ unit, attempt }) => !this.#ledger.has(unit.id, attempt));
    if (items.length === 0) return;
    const others = this.#underWay.get(lease.unit) ?? new Set();
    // A copy begins at the other end: what both have to do they do together.
    if (others.size > 0) items.reverse();
    const open = new Map(items.map((item) => [item.unit.id, { item, tests: [] as CountedTest[] }]));
    const own: UnderWay = { items, open, answered: new AbortController() };
    this.#underWay.set(lease.unit, others.add(own));
    try {
      await this.#run(host, own, () => this.#endAnswered(others), signal);
    } finally {
      others.delete(own);
      if (others.size === 0) this.#underWay.delete(lease.unit);
    }
    const silent = items.filter(({ unit, attempt }) => !this.#ledger.has(unit.id, attempt));
    const [first] = silent;
    if (first !== undefined)
      throw new LeaseFailure("worker-lost", `it did not say what became of ${first.unit.id}`);
  }

  async #run(
    host: CrewHost<TestMachine>,
    { items, open, answered }: UnderWay,
    onCounted: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    const until = AbortSignal.any([signal, answered.signal]);
    await host.lease(signal, ({ work }) =>
      work.use(async (program) => {
        try {
          const units = items.map(({ unit }) => unit);
          const take = (event: WireEvent): void => {
            this.#take(host.name, event, open);
            if (event.type === "unit.ended") onCounted();
          };
          await program.run(units, take, until);
        } catch (error) {
          if (answered.signal.aborted) return;
          if (!(error instanceof HostRefusal)) throw error;
          // What hinders a host need not hinder another.
          const failure = error.fault === "host" ? "refused" : "failed";
          throw new LeaseFailure(failure, error.message, { cause: error });
        }
      }),
    );
  }

  /** What others have answered meanwhile need not be done any more. */
  #endAnswered(leases: ReadonlySet<UnderWay>): void {
    for (const { items, open, answered } of leases) {
      const isAnswered = items.every(({ unit, attempt }) => this.#ledger.has(unit.id, attempt));
      // With nothing open it ends by itself, and its runner stays up.
      if (isAnswered && open.size > 0) answered.abort();
    }
  }

  #take(host: string, event: WireEvent, open: UnderWay["open"]): void {
    const entry = open.get(event.unit);
    if (entry === undefined) return;
    const { item, tests } = entry;
    const { unit, attempt } = item;
    switch (event.type) {
      case "unit.started":
        this.#port.emit({ type: "tests.started", platform: this.#platform, host, unit: unit.id });
        return;
      case "test": {
        const { test } = event.result;
        // It speaks for its own tests only.
        if (test.project !== unit.project || test.runner !== unit.runner) return;
        tests.push({
          result: event.result,
          ...(event.reproduce === undefined ? {} : { reproduce: event.reproduce }),
        });
        return;
      }
      case "unit.ended": {
        open.delete(event.unit);
        const { type: _type, log, reproduce, ...end } = event;
        if (end.end === "cancelled") return;
        this.#count({
          unit,
          host,
          attempt,
          end,
          tests,
          ...(reproduce === undefined ? {} : { reproduce }),
          ...(log === undefined ? {} : { log }),
        });
      }
    }
  }

  /** Nobody survived it. */
  giveUp({ unit, attempt }: UnitItem, reason: string): void {
    if (this.#ledger.has(unit.id, attempt)) return;
    const end = { unit: unit.id, end: "crashed", ms: 0, failure: { message: reason } } as const;
    this.#count({ unit, host: "", attempt, end, tests: [] });
  }

  #count(run: UnitRun): void {
    if (!this.#ledger.offer(run)) return;
    const { emit, onFailure } = this.#port;
    const { unit, host, attempt, end, tests } = run;
    const at = { platform: this.#platform, host, unit: unit.id };
    for (const { result, reproduce } of tests) {
      const message = result.failures?.[0]?.message;
      emit({
        type: "test.finished",
        ...at,
        file: result.test.file,
        title: [...result.test.title],
        outcome: result.outcome,
        ms: result.ms,
        attempt,
        ...(result.outcome === "failed" && message !== undefined ? { message } : {}),
        ...(reproduce === undefined ? {} : { reproduce }),
      });
    }
    const count = (...outcomes: string[]): number =>
      tests.filter(({ result }) => outcomes.includes(result.outcome)).length;
    emit({
      type: "tests.finished",
      ...at,
      attempt,
      end: end.end === "cancelled" ? "broken" : end.end,
      ms: end.ms,
      passed: count("passed"),
      failed: count("failed"),
      skipped: count("skipped", "todo"),
      ...(end.failure === undefined ? {} : { message: end.failure.message }),
      ...(run.reproduce === undefined ? {} : { reproduce: run.reproduce }),
    });
    if (failuresOf(run) > 0) onFailure();
  }
}
