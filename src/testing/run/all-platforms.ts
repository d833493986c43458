import { type HostPool, NoUsableHostError } from "#crew";
import { type EventBody, throwIfAborted } from "#kernel";
import type { TestUnit } from "../model.ts";
import { changedFiles, isNear } from "./changed-files.ts";
import { type ChosenUnits, chooseUnits, requireSome } from "./choose-units.ts";
import { NoPlatformError } from "./errors.ts";
import { listTests } from "./list-tests.ts";
import type { TestMachine } from "./machine.ts";
import type { TestOptions } from "./options.ts";
import type { PlatformCrew } from "./platform-crew.ts";
import type { PlatformRun } from "./platform-run.ts";
import { knownPlatforms } from "./platforms.ts";
import { requireCoverage } from "./require-coverage.ts";

export interface AllPlatformsPort {
  readonly options: TestOptions;
  readonly pool: HostPool<TestMachine>;
  readonly crew: PlatformCrew;
  /** Aborted when the run is cancelled, or stopped at its first failure. */
  readonly signal: AbortSignal;
  readonly emit: (event: EventBody) => void;
  readonly note: (text: string) => void;
  /** Ends what the other platforms do. */
  readonly stop: (reason: unknown) => void;
}

/**
 * Runs each platform as soon as it has a host, and waits for none but for those that may still come. Rejects, once
 * everything has stopped, with the first NoPlatformError, NoUsableHostError, ListingError, NoTestsError or CoverageError.
 * Resolves with the number of units that were left out by choice.
 */
export async function runAllPlatforms(port: AllPlatformsPort): Promise<number> {
  return new AllPlatforms(port).run();
}

class AllPlatforms {
  readonly #port: AllPlatformsPort;
  readonly #runs: Promise<void>[] = [];
  /** Platforms that have been listed, or have no host to be listed on. */
  readonly #choices: Promise<unknown>[] = [];
  readonly #chosen = new Map<PlatformRun, ChosenUnits>();
  readonly #near: Promise<((unit: TestUnit) => boolean) | undefined>;
  /** Each platform has its first host, or none will come. */
  readonly #settled: Promise<void>;
  readonly #measurable: () => Promise<void>;
  #failure: { error: unknown } | undefined;

  constructor(port: AllPlatformsPort) {
    this.#port = port;
    const { options, signal } = port;
    this.#near =
      options.changed === undefined
        ? Promise.resolve(undefined)
        : changedFiles(options.root, signal).then(isNear);
    this.#near.catch(() => undefined);
    this.#settled = this.#guard(this.#requireHosts());
    let measurable: Promise<void> | undefined;
    this.#measurable = () => (measurable ??= this.#requireMeasurable());
  }

  async run(): Promise<number> {
    const { crew, options } = this.#port;
    crew.onPlatform((platform) => {
      const choice = this.#choose(platform);
      this.#choices.push(choice);
      this.#runs.push(this.#guard(this.#runPlatform(platform, choice)));
    });
    await this.#settled;
    // Hosts may bring more of them meanwhile.
    for (let seen = -1; seen !== this.#runs.length;) {
      seen = this.#runs.length;
      await Promise.all(this.#runs);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#port.signal.aborted) return this.#leftOut();
    // What nobody could list is told as missing.
    if (crew.platforms.every(({ unlisted }) => unlisted.length === 0))
      requireSome([...this.#chosen.values()], options);
    for (const [platform, { units }] of this.#chosen)
      if (units.length === 0) await platform.run([], () => true);
    return this.#leftOut();
  }

  #leftOut(): number {
    return Math.max(0, ...[...this.#chosen.values()].map(({ listed, units }) => listed - units.length));
  }

  /** The first failure ends everything, and is told when everything has ended. */
  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      // Whoever was stopped has no failure of its own.
      if (this.#failure !== undefined || this.#port.signal.aborted) return;
      this.#failure = { error };
      this.#port.stop(error);
    }
  }

  async #runPlatform(platform: PlatformRun, choice: Promise<ChosenUnits | undefined>): Promise<void> {
    const chosen = await choice;
    if (chosen === undefined) return;
    if (this.#port.options.coverage) await this.#measurable();
    const near = await this.#near;
    if (chosen.units.length > 0) await platform.run(chosen.units, near ?? (() => true));
  }

  /** Undefined: it has no host, or the run has ended before. */
  async #choose(platform: PlatformRun): Promise<ChosenUnits | undefined> {
    const { options, pool, signal, emit } = this.#port;
    await Promise.race([platform.first, this.#settled, aborted(signal)]);
    if (signal.aborted || (platform.members.size === 0 && platform.fallback === undefined)) return undefined;
    const listed = await listTests(platform, pool, signal, emit);
    const chosen = chooseUnits(listed, options, await this.#near);
    this.#chosen.set(platform, chosen);
    return chosen;
  }

  /** Half a picture would pass for a whole one: with coverage nobody begins before all are known to be able. */
  async #requireMeasurable(): Promise<void> {
    const { crew, pool } = this.#port;
    await this.#settled;
    await Promise.allSettled(this.#choices);
    throwIfAborted(this.#port.signal);
    await requireCoverage(
      crew.platforms,
      new Map([...this.#chosen].map(([{ name }, { units }]) => [name, units])),
      pool,
    );
    crew.begin();
  }

  async #requireHosts(): Promise<void> {
    const { crew, pool, signal, options, note } = this.#port;
    // What is ready is joined in the same moment, by promises that have settled before this one.
    const tried = pool.settled.then(() => new Promise((resolve) => void setTimeout(resolve, 50)));
    const firsts = Promise.all(crew.platforms.map(({ first }) => first));
    await Promise.race([
      options.platforms === "all" ? tried : Promise.race([firsts, tried]),
      aborted(signal),
    ]);
    if (signal.aborted) return;
    const empty = crew.platforms.filter(
      ({ members, fallback }) => members.size === 0 && fallback === undefined,
    );
    const someone = crew.platforms.some((platform) => !empty.includes(platform));
    if (empty.length === 0 && someone) return;
    const names = empty.map(({ name }) => name);
    const known = knownPlatforms(options.fleet?.hosts ?? []);
    if (options.fleet === undefined) {
      if (!someone && (pool.lastError !== undefined || names.length === 0))
        throw pool.lastError ?? new NoUsableHostError(pool.unused);
      if (!options.allowMissing || !someone)
        throw new NoPlatformError(names, "there is no fleet beside this machine", known);
    }
    const unused = pool.unused.map(({ message }) => message).join("; ");
    const why = unused === "" ? "no host of the fleet is one" : unused;
    if (!options.allowMissing || !someone) throw new NoPlatformError(names, why, known);
    for (const name of names) note(`platform ${name} is not tested: ${why}`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
