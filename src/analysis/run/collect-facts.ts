import { setImmediate } from "node:timers/promises";
import { type Clock, type EventStream, throwIfAborted } from "#kernel";
import { FactsCache, packDetails, type StoredFacts } from "../cache/facts-cache.ts";
import { type Candidate, type FileList, LanguageTable } from "../discovery/index.ts";
import { FileMeasurer } from "../file/measure-file.ts";
import { readSource, sha256 } from "../file/read-file.ts";
import type { ArrivedResult } from "../file/wire.ts";
import { languages } from "../languages/index.ts";
import { Parsers } from "../parse/parsers.ts";
import { engineVersion, localAssets } from "./engine-files.ts";
import type { FleetPlan, RunControl } from "./fleet-plan.ts";
import type { FleetSummary } from "./fleet-tally.ts";

export interface CollectOptions {
  /** Worker processes; undefined: one per core, or none at all for a small job. */
  workers?: number;
  cache: { folder: string; maxBytes: number } | false;
  /** Language ids asked for. */
  only: readonly string[];
  maxFileSize: number;
  /** Whose hosts do the work; undefined: this machine. */
  fleet?: FleetPlan;
}

export interface RunContext {
  events: EventStream;
  signal: AbortSignal;
  clock: Clock;
  /** Called once when workers begin; a small job has none. */
  onControl?: (control: RunControl) => void;
}

export interface Collected {
  /** One for each candidate, in their order; undefined: it could not be measured (see `lost`). */
  facts: (StoredFacts | undefined)[];
  /** Index of a candidate → why nothing could measure it. */
  lost: Map<number, string>;
  cacheHits: number;
  workers: number;
  fleet?: FleetSummary;
}

/** Takes one file's result; `sha` is empty when its content could not be read. */
export type Keep = (index: number, result: ArrivedResult) => void;

/** Up to here, starting worker processes costs more than they save. */
const SMALL_JOB_BYTES = 400_000;
const SMALL_JOB_FILES = 60;
/** Files between two looks at the signal. */
const BREATH = 64;

/** Facts of every candidate: from the cache where its content is known, else measured here or by workers. */
export async function collectFacts(
  list: FileList,
  options: CollectOptions,
  context: RunContext,
): Promise<Collected> {
  const { root, files } = list;
  const collected: Collected = {
    facts: Array.from({ length: files.length }),
    lost: new Map(),
    cacheHits: 0,
    workers: 0,
  };
  const cache = await openCache(options, context.events);
  try {
    const keep: Keep = (index, { sha, ...result }) => {
      const stored = result.type === "skipped" ? result : { ...result, details: packDetails(result.details) };
      collected.facts[index] = stored;
      // What hindered reading may be gone the next time, and what was not asked for now may be asked for then.
      const lasting = sha !== "" && (stored.type === "measured" || stored.reason !== "excluded-language");
      if (lasting && cache !== undefined) cache.put(cache.key(sha, files[index]!), stored);
    };
    const missing =
      cache === undefined
        ? files.map((_, index) => index)
        : await lookUp(list, cache, collected, options, context);
    const bytes = missing.reduce((sum, index) => sum + files[index]!.size, 0);
    const small =
      options.fleet === undefined &&
      options.workers === undefined &&
      bytes <= SMALL_JOB_BYTES &&
      missing.length <= SMALL_JOB_FILES;
    if (missing.length === 0) {
      // Nothing to do, nothing to start.
    } else if (small) await measureHere(root, files, missing, options, context, keep);
    else {
      const { measureOnWorkers } = await import("./measure-on-workers.ts");
      const outcome = await measureOnWorkers(list, missing, options, context, keep);
      collected.workers = outcome.workers;
      if (outcome.fleet !== undefined) collected.fleet = outcome.fleet;
      for (const [index, reason] of outcome.lost) collected.lost.set(index, reason);
    }
  } finally {
    cache?.close(options.cache === false ? 0 : options.cache.maxBytes);
  }
  return collected;
}

async function openCache(options: CollectOptions, events: EventStream): Promise<FactsCache | undefined> {
  if (options.cache === false) return undefined;
  const cache = await FactsCache.open(options.cache.folder, await engineVersion(), (error) =>
    events.emit({ type: "cache.failed", message: error instanceof Error ? error.message : String(error) }),
  );
  return cache.isOpen ? cache : undefined;
}

/** Fills in what the cache knows and returns the rest. Files that cannot be read are settled here, too. */
async function lookUp(
  list: FileList,
  cache: FactsCache,
  collected: Collected,
  options: CollectOptions,
  context: RunContext,
): Promise<number[]> {
  // With nothing to find, reading everything twice would be for nothing.
  if (cache.isEmpty()) return list.files.map((_, index) => index);
  const missing: number[] = [];
  for (const [index, file] of list.files.entries()) {
    if (index % BREATH === 0) {
      await setImmediate();
      throwIfAborted(context.signal);
    }
    const content = readSource(list.root, file, options.maxFileSize);
    if (!(content instanceof Uint8Array)) {
      collected.facts[index] = content;
      continue;
    }
    const known = cache.get(cache.key(sha256(content), file));
    if (known === undefined) missing.push(index);
    else collected.facts[index] = known;
  }
  collected.cacheHits = list.files.length - missing.length;
  context.events.emit({ type: "cache.used", hits: collected.cacheHits, misses: missing.length });
  return missing;
}

async function measureHere(
  root: string,
  files: readonly Candidate[],
  indexes: readonly number[],
  options: CollectOptions,
  context: RunContext,
  keep: Keep,
): Promise<void> {
  const measurer = new FileMeasurer(
    async () => Parsers.start(await localAssets()),
    new LanguageTable(languages),
    options.only,
  );
  for (const index of indexes) {
    await setImmediate();
    throwIfAborted(context.signal);
    const file = files[index]!;
    const content = readSource(root, file, options.maxFileSize);
    if (!(content instanceof Uint8Array)) {
      keep(index, { sha: "", ...content });
      continue;
    }
    const sha = sha256(content);
    const result = await measurer.measure(content, file);
    keep(
      index,
      result.type === "skipped"
        ? { sha, ...result }
        : { sha, ...result, details: Buffer.from(result.details) },
    );
  }
}
