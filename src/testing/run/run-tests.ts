import { realpathSync } from "node:fs";
import { type FleetPlan, followFleet, HostPool, type RunControl } from "#crew";
import { localHost } from "#fleet";
import { type Clock, type EventStream, throwIfAborted } from "#kernel";
import type { TestUnit } from "../model.ts";
import type { TestRunRecord } from "../run-record.ts";
import type { TestStore } from "../stores/index.ts";
import { readTree, requirePortable, type Tree, treeRoot } from "../sync/index.ts";
import { runAllPlatforms } from "./all-platforms.ts";
import { requireResults } from "./choose-units.ts";
import { type TestMachine, testMachines } from "./machine.ts";
import type { TestOptions } from "./options.ts";
import { platformFor, platformNames } from "./platforms.ts";
import { remember, withStore } from "./remember.ts";
import { recordOf } from "./record.ts";
import type { CoverageReport } from "../coverage/index.ts";
import { type Collected, collectFiles } from "./collect.ts";
import { coverageOf } from "./coverage-of.ts";
import { likelyWork } from "./likely-work.ts";
import { belowOf, placeTrees, type Source } from "./place-tree.ts";
import { PlatformCrew, wantedPlatforms } from "./platform-crew.ts";

export interface TestContext {
  events: EventStream;
  signal: AbortSignal;
  clock: Clock;
  /** Where timings, flakes and verdicts are kept; absent: nothing is. */
  stateFolder?: string;
  /** Called once when hosts begin to work. */
  onControl?: (control: RunControl) => void;
}

/**
 * Runs the tests of a tree, on each platform once, over that platform's hosts. Throws a NoTestsError or ListingError when
 * there is nothing to run, a NoPlatformError or NoUsableHostError when nobody can, a CancelledError; whatever happens
 * to hosts and tests besides is in the record.
 */
export async function runTests(options: TestOptions, context: TestContext): Promise<TestRun> {
  return withStore(context.stateFolder, note, (store) => new Run(options, context, store).run());

  function note(text: string): void {
    context.events.emit({ type: "tests.note", text });
  }
}

export interface TestRun {
  record: TestRunRecord;
  /** Undefined unless it was asked for. */
  coverage?: CoverageReport;
}

class Run {
  readonly #options: TestOptions;
  readonly #context: TestContext;
  readonly #store: TestStore | undefined;
  readonly #pool: HostPool<TestMachine>;
  readonly #plan: FleetPlan;
  readonly #source: Promise<Source>;
  readonly #sent = new Map<string, { sent: number; saved: number }>();
  readonly #crew: PlatformCrew;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #startedAt: string;
  readonly #beganAt: number;
  #failedFast = false;
  #defect: unknown;
  #unitsTaken = 0;

  constructor(options: TestOptions, context: TestContext, store: TestStore | undefined) {
    const { clock, events, signal } = context;
    this.#options = options;
    this.#context = context;
    this.#store = store;
    this.#startedAt = new Date(clock.now()).toISOString();
    this.#beganAt = clock.monotonic();
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#plan = options.fleet ?? {
      hosts: [{ ...localHost, ...(options.workers === undefined ? {} : { slots: options.workers }) }],
      fallback: undefined,
    };
    this.#source = sourceOf(options, this.#signal);
    // Whoever needs it hears of its failure; hosts are opened meanwhile.
    this.#source.catch(() => undefined);
    this.#pool = new HostPool({
      prepare: testMachines(
        placeTrees({
          options,
          source: this.#source,
          signal: this.#signal,
          warm: ({ slots, host, hello }) => {
            const name = platformFor(platformNames(host, hello), wantedPlatforms(options));
            return likelyWork(slots, name === undefined ? new Map() : this.#timings(name), options);
          },
          onSent: (host, { sent, saved, notes }) => this.#onSent(host, sent, saved, notes),
        }),
        ({ host, hello }) => platformFor(platformNames(host, hello), wantedPlatforms(options)) !== undefined,
      ),
      now: () => clock.monotonic(),
      emit: (event) => events.emit(event),
    });
    this.#crew = new PlatformCrew(this.#pool, {
      options,
      plan: this.#plan,
      clock,
      signal: this.#signal,
      timings: (platform) => this.#timings(platform),
      testTimes: (platform) => this.#testTimes(platform),
      emit: (event) => events.emit(event),
      nextUnits: (count) => (this.#unitsTaken += count) - count,
      onFailure: () => this.#onFailure(),
      note: (text, host) => this.#note(text, host),
      onDefect: (error) => {
        this.#defect ??= error;
        this.#stop.abort(error);
      },
    });
  }

  async run(): Promise<TestRun> {
    const { signal, events } = this.#context;
    const router = this.#crew.router();
    this.#pool.attach(router);
    const abort = (): void => void this.#pool.close();
    signal.addEventListener("abort", abort, { once: true });
    let unfollow: (() => void) | undefined;
    try {
      const started = this.#pool.start(this.#plan.hosts);
      started.catch(() => undefined);
      const { tree } = await this.#source;
      this.#checkNames(tree);
      for (const text of tree.notes) this.#note(text);
      await started;
      throwIfAborted(signal);
      unfollow = followFleet(this.#plan, this.#pool, events);
      this.#context.onControl?.({
        pause: () => router.pause(),
        resume: () => router.resume(),
        dropHost: (name) => this.#pool.drop(name),
      });
      const leftOut = await runAllPlatforms({
        options: this.#options,
        pool: this.#pool,
        crew: this.#crew,
        signal: this.#signal,
        emit: (event) => events.emit(event),
        note: (text) => this.#note(text),
        stop: (reason) => this.#stop.abort(reason),
      });
      throwIfAborted(signal);
      if (this.#defect !== undefined) throw this.#defect;
      const collected = await this.#collect();
      const record = recordOf({
        artifacts: collected.artifacts,
        options: this.#options,
        run: events.run,
        startedAt: this.#startedAt,
        ms: this.#context.clock.monotonic() - this.#beganAt,
        tree,
        sent: this.#sent,
        platforms: this.#crew.platforms,
        pool: this.#pool,
        failedFast: this.#failedFast,
        leftOut,
      });
      requireResults(record, this.#options);
      await remember(this.#store, record, this.#options, await this.#source, {
        now: this.#context.clock.now(),
        note: (text) => this.#note(text),
      });
      if (!this.#options.coverage) return { record };
      return { record, coverage: await coverageOf(collected.coverage, await this.#source) };
    } finally {
      signal.removeEventListener("abort", abort);
      unfollow?.();
      await this.#pool.close();
      // Whatever reads a commit's files would keep this process up.
      void this.#source.then(
        ({ tree }) => tree.contents.close(),
        () => undefined,
      );
    }
  }

  #timings(platform: string): ReadonlyMap<string, number> {
    return this.#store?.timings(this.#options.root, platform) ?? new Map();
  }

  /** Of the last run, which is read when somebody asks. */
  #testTimes(platform: string): (unit: TestUnit) => Readonly<Record<string, number>> | undefined {
    let times: ReturnType<TestStore["testTimes"]> | undefined;
    return ({ id }) => (times ??= this.#store?.testTimes(this.#options.root, platform) ?? new Map()).get(id);
  }

  #onSent(host: string, sent: number, saved: number, notes: readonly string[]): void {
    const before = this.#sent.get(host) ?? { sent: 0, saved: 0 };
    this.#sent.set(host, { sent: before.sent + sent, saved: before.saved + saved });
    for (const text of notes) this.#note(text, host);
  }

  /** Before anything is sent. @throws UnportableTreeError */
  #checkNames({ manifest }: Tree): void {
    const systems = { mac: "darwin", win: "win32" } as const;
    const wanted = (wantedPlatforms(this.#options) ?? []).map((name) => name.split("-")[0]);
    const named = Object.entries(systems).flatMap(([name, system]) =>
      wanted.includes(name) ? [system] : [],
    );
    requirePortable(manifest.entries, named);
  }

  #note(text: string, host?: string): void {
    this.#context.events.emit({ type: "tests.note", text, ...(host === undefined ? {} : { host }) });
  }

  async #collect(): Promise<Collected> {
    const { coverage, artifacts } = this.#options;
    if (!coverage && artifacts === undefined) return { coverage: [], artifacts: new Map() };
    return collectFiles({
      pool: this.#pool,
      platformOf: (host) => this.#crew.platformOf(host),
      folder: artifacts?.folder,
      signal: this.#context.signal,
      note: (text, host) => this.#note(text, host),
    });
  }

  #onFailure(): void {
    if (!this.#options.failFast || this.#failedFast) return;
    this.#failedFast = true;
    this.#stop.abort(new Error("stopped at the first failure"));
  }
}

async function sourceOf(options: TestOptions, signal: AbortSignal): Promise<Source> {
  const { root, rev, include, cacheFolder } = options;
  const top = await treeRoot(root);
  const tree = await readTree(top, { include, cacheFolder, signal, ...(rev === undefined ? {} : { rev }) });
  return { tree, below: belowOf(top, realpathSync(root)) };
}
