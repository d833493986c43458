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

/** Does the leases of a platform on its hosts, and has each end counted and told once. */
export class UnitLeases {
  readonly #platform: string;
  readonly #ledger: Ledger;
  readonly #port: LeasesPort;

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
    const open = new Map(items.map((item) => [item.unit.id, { item, tests: [] as CountedTest[] }]));
    await host.lease(signal, ({ work }) =>
      work.use(async (program) => {
        try {
          const units = items.map(({ unit }) => unit);
          await program.run(units, (event) => this.#take(host.name, event, open), signal);
        } catch (error) {
          if (!(error instanceof HostRefusal)) throw error;
          // What hinders a host need not hinder another.
          const failure = error.fault === "host" ? "refused" : "failed";
          throw new LeaseFailure(failure, error.message, { cause: error });
        }
      }),
    );
    const silent = items.filter(({ unit, attempt }) => !this.#ledger.has(unit.id, attempt));
    const [first] = silent;
    if (first !== undefined)
      throw new LeaseFailure("worker-lost", `it did not say what became of ${first.unit.id}`);
  }

  #take(host: string, event: WireEvent, open: Map<string, { item: UnitItem; tests: CountedTest[] }>): void {
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
