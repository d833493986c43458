import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import type { TestFailure, TestUnit } from "../model.ts";
import { quoteWord } from "../runners/common/quote.ts";
import { RunnerError } from "../runners/errors.ts";
import type {
  NamedTest,
  ProjectFolder,
  Runner,
  RunnerContext,
  RunnerEvent,
  RunnerSession,
} from "../runners/runner.ts";
import type { Artifacts } from "./artifacts.ts";
import { RecentText } from "./recent-text.ts";
import { shortPaths } from "./short-paths.ts";
import type { TestTimes, WireEvent } from "./wire.ts";

/** Runners that stay up in a slot between batches; each holds memory. */
const residentRunners = 3;
/** Of what a runner prints beside its results, so much of the end is kept for a unit. */
const logKept = 32_000;

export interface SlotPort {
  number: number;
  /** The tree, absolute. */
  root: string;
  /** A folder of our own, empty. */
  scratch: string;
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  generic?: { list: string; run: string; junit: string };
  args: Readonly<Record<string, readonly string[]>>;
  coverage: boolean;
  readonly artifacts: Artifacts;
  project(project: string): ProjectFolder;
}

/** Where a runner put what it measured. */
export interface CoverageFolder {
  project: string;
  /** The tree, absolute. */
  root: string;
  folder: string;
}

interface Resident {
  session: RunnerSession;
  scratch: string;
  log: RecentText;
}

/** One place where one runner works at a time, with the runners that stay up there. */
export class Slot {
  readonly #port: SlotPort;
  /** The one used last comes last. */
  readonly #residents = new Map<string, Resident>();

  readonly #coverage: CoverageFolder[] = [];

  readonly #short: (failure: TestFailure) => TestFailure;

  constructor(port: SlotPort) {
    this.#port = port;
    this.#short = shortPaths(port.root);
  }

  /** Complete once the slot is closed: runners write when they end. */
  get coverage(): readonly CoverageFolder[] {
    return this.#coverage;
  }

  get env(): Readonly<Record<string, string>> {
    return this.#port.env;
  }

  async list(runner: Runner, project: string, signal: AbortSignal): Promise<TestUnit[]> {
    if (this.#residents.has(keyOf(project, runner.name))) {
      const { session } = await this.#resident(runner, project);
      if (session.units !== undefined) return session.units(signal);
    }
    return this.#inScratch((scratch) => runner.list(this.#context(runner, project, scratch), signal));
  }

  /** Starts a runner that will be needed. Resolves before it is up; what goes wrong is told when it is used. */
  async warm(runner: Runner, project: string): Promise<void> {
    try {
      const { session } = await this.#resident(runner, project);
      session.warm?.();
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
    }
  }

  async split(
    runner: Runner,
    unit: TestUnit,
    parts: number,
    signal: AbortSignal,
    times: TestTimes | undefined,
  ): Promise<TestUnit[]> {
    if (runner.split === undefined) return [unit];
    if (this.#residents.has(keyOf(unit.project, runner.name))) {
      const { session } = await this.#resident(runner, unit.project);
      if (session.split !== undefined) return session.split(unit, parts, signal);
    }
    return this.#inScratch((scratch) =>
      runner.split!(unit, parts, this.#context(runner, unit.project, scratch), signal, times),
    );
  }

  /** Every unit gets its end, whatever happens. */
  async run(
    runner: Runner,
    units: readonly TestUnit[],
    emit: (event: WireEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const [{ project }] = units as [TestUnit];
    const byId = new Map(units.map((unit) => [unit.id, unit]));
    let resident: Resident;
    try {
      resident = await this.#resident(runner, project);
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      // It lacks something, and took nothing down.
      const { message, hint } = error;
      const failure = { message, ...(hint === undefined ? {} : { details: `try: ${hint}` }) };
      for (const unit of units) {
        const reproduce = reproduction(runner, undefined, unit);
        emit({ type: "unit.ended", unit: unit.id, end: "broken", ms: 0, failure, reproduce });
      }
      return;
    }
    const { session, log } = resident;
    log.take();
    // Clocks of file systems are coarser than ours.
    let began = Date.now() - 20;
    await session.run(
      units,
      (event) => {
        const unit = byId.get(event.unit);
        if (unit === undefined) return;
        if (event.type === "unit.started") began = Date.now() - 20;
        if (event.type === "unit.ended") this.#port.artifacts.collect(this.#port.root, unit.id, began);
        emit(this.#told(event, unit, runner, log));
      },
      signal,
    );
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#residents.keys()].map((key) => this.#stop(key)));
  }

  #told(event: RunnerEvent, unit: TestUnit, runner: Runner, log: RecentText): WireEvent {
    switch (event.type) {
      case "unit.started":
        return event;
      case "test": {
        const { result } = event;
        if (result.outcome !== "failed") return event as WireEvent;
        const failures = result.failures?.map(this.#short);
        const told = { ...event, result: { ...result, ...(failures === undefined ? {} : { failures }) } };
        return { ...told, reproduce: reproduction(runner, result.test, unit) } as WireEvent;
      }
      case "unit.ended": {
        const printed = log.take();
        const { running = [], failure, ...end } = event;
        const [only] = running.length === 1 ? running : [];
        const test = only === undefined ? undefined : { file: unit.file, title: only };
        return {
          ...end,
          ...(failure === undefined ? {} : { failure: this.#short(failure) }),
          ...(end.end === "done" || end.end === "cancelled"
            ? {}
            : { reproduce: reproduction(runner, test, unit) }),
          ...(printed === "" ? {} : { log: printed }),
        };
      }
    }
  }

  async #resident(runner: Runner, project: string): Promise<Resident> {
    const key = keyOf(project, runner.name);
    let resident = this.#residents.get(key);
    if (resident === undefined) {
      const [oldest] = this.#residents.keys();
      if (oldest !== undefined && this.#residents.size >= residentRunners) await this.#stop(oldest);
      const scratch = this.#newScratch();
      const log = new RecentText(logKept);
      const context = {
        ...this.#context(runner, project, scratch),
        ...this.#coverageFor(project),
        log: (text: string) => log.add(text),
      };
      resident = { session: await runner.start(context), scratch, log };
    } else this.#residents.delete(key);
    this.#residents.set(key, resident);
    return resident;
  }

  /** Outside the runner's own scratch: that goes with the runner. */
  #coverageFor(project: string): { coverage?: string } {
    if (!this.#port.coverage) return {};
    const { root, scratch } = this.#port;
    const folder = mkdtempSync(path.join(scratch, "coverage-"));
    this.#coverage.push({ project, root, folder });
    return { coverage: folder };
  }

  async #stop(key: string): Promise<void> {
    const resident = this.#residents.get(key);
    this.#residents.delete(key);
    if (resident === undefined) return;
    await resident.session.stop();
    rmSync(resident.scratch, { recursive: true, force: true, maxRetries: 3 });
  }

  async #inScratch<T>(work: (scratch: string) => Promise<T>): Promise<T> {
    const scratch = this.#newScratch();
    try {
      return await work(scratch);
    } finally {
      rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  #newScratch(): string {
    return mkdtempSync(path.join(this.#port.scratch, "r-"));
  }

  #context(runner: Runner, project: string, scratch: string): RunnerContext {
    const { env, generic, number, timeoutMs, args } = this.#port;
    return {
      project: this.#port.project(project),
      env,
      scratch,
      slot: number,
      timeoutMs,
      ...(generic === undefined ? {} : { generic }),
      args: args[runner.name] ?? [],
      log: () => undefined,
    };
  }
}

function reproduction(runner: Runner, test: NamedTest | undefined, unit: TestUnit): string {
  const command = runner.reproduce(test, unit);
  // People stand at the root of the tree.
  return unit.project === "" ? command : `cd ${quoteWord(unit.project)} && ${command}`;
}

function keyOf(project: string, runner: string): string {
  return `${project}|${runner}`;
}
