import { setImmediate } from "node:timers/promises";
import type { FleetPlan, RunControl } from "#crew";
import { type Clock, type EventStream, throwIfAborted } from "#kernel";
import { FactsCache } from "../cache/facts-cache.ts";
import type { SeenFiles } from "../cache/seen-files.ts";
import type { SharedFacts } from "../cache/shared-facts.ts";
import type { StoredFacts } from "../cache/stored-facts.ts";
import { type Candidate, type FileList, LanguageTable } from "../discovery/index.ts";
import { FileMeasurer } from "../file/measure-file.ts";
import { packDetails } from "../file/pack-details.ts";
import { readSource, sha256, SourceReader, type Unread } from "../file/read-file.ts";
import type { ArrivedResult } from "../file/wire.ts";
import { languages } from "../languages/index.ts";
import { Parsers } from "../parse/parsers.ts";
import { RuleEngine } from "../rules/engine.ts";
import type { RunRules } from "../rules/run-rules.ts";
import { engineVersion, localAssets } from "./engine-files.ts";
import type { FleetSummary } from "./fleet-tally.ts";
import { workOf } from "./units.ts";

/** Where facts are kept between runs. */
export interface CachePlace {
  folder: string;
  maxBytes: number;
  /** Address of a Redis whose facts several machines share. */
  redis?: string;
}

export interface CollectOptions {
  /** Worker processes; undefined: one per core, or none at all for a small job. */
  workers?: number;
  cache: CachePlace | false;
  /** A connection to that Redis that outlives the run; absent: one of its own. */
  shared?: SharedFacts | undefined;
  /** What earlier runs have read in this folder; only with a cache. */
  seen?: SeenFiles | undefined;
  /** Language ids asked for. */
  only: readonly string[];
  maxFileSize: number;
  /** Whether copies are looked for, so that files need a tape; default: no. */
  clones?: boolean;
  /** Rules that files are searched by. */
  rules?: RunRules;
  /** Whose hosts do the work; undefined: this machine. */
  fleet?: FleetPlan;
  /** What is known of a file without opening it; for those who analyse the same folder again and again. */
  known?: (file: Candidate) => StoredFacts | undefined;
  /** Who measures what nobody knows; undefined: this process, or workers of this run. Returns why files were lost. */
  measure?: (list: FileList, missing: readonly number[], keep: Keep) => Promise<Map<number, string>>;
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
  /** SHA-256 of each candidate's content; undefined: it was not read now. */
  contents: (string | undefined)[];
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
    contents: Array.from({ length: files.length }),
    cacheHits: 0,
    workers: 0,
  };
  const unknown = list.files.flatMap((file, index) => {
    const known = options.known?.(file);
    if (known === undefined || !isEnough(known, options)) return [index];
    collected.facts[index] = known;
    return [];
  });
  collected.cacheHits = files.length - unknown.length;
  if (unknown.length === 0 && files.length > 0) return collected;
  const cache = await openCache(options, context.events);
  const shared =
    cache === undefined ? undefined : (options.shared ?? (await openShared(options, context.events)));
  try {
    const keep: Keep = (index, { sha, stamp, ...result }) => {
      const stored = result.type === "skipped" ? result : kept(result);
      collected.facts[index] = stored;
      if (sha !== "") collected.contents[index] = sha;
      // What hindered reading may be gone the next time, and what was not asked for now may be asked for then.
      const lasting = sha !== "" && (stored.type === "measured" || stored.reason !== "excluded-language");
      if (!lasting || cache === undefined) return;
      const key = cache.key(sha, files[index]!, options.rules?.file.sha);
      cache.put(key, stored);
      shared?.put(key, stored);
      // Hosts of a fleet say nothing about files of this machine.
      options.seen?.learn(files[index]!, options.fleet === undefined ? stamp : undefined, sha);
    };
    const missing =
      cache === undefined
        ? unknown
        : await lookUp(list, unknown, { cache, shared }, collected, options, context);
    const work = missing.reduce((sum, index) => sum + workOf(files[index]!), 0);
    const small =
      options.fleet === undefined &&
      options.workers === undefined &&
      work <= SMALL_JOB_BYTES &&
      missing.length <= SMALL_JOB_FILES;
    if (missing.length === 0) {
      // Nothing to do, nothing to start.
    } else if (options.measure !== undefined) {
      for (const [index, reason] of await options.measure(list, missing, keep))
        collected.lost.set(index, reason);
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
    options.seen?.close();
    if (options.shared === undefined) await shared?.close();
    else options.shared.flush();
  }
  return collected;
}

/** Copies of what arrived: it stands in the bytes of a whole unit, which must not live as long as one file of it. */
function kept({
  type,
  facts,
  details,
  tape,
}: Omit<Extract<ArrivedResult, { type: "measured" }>, "sha" | "stamp">): StoredFacts {
  const packed = packDetails(details);
  return tape === undefined
    ? { type, facts, details: packed }
    : { type, facts, details: packed, tape: new Uint8Array(tape) };
}

async function openCache(options: CollectOptions, events: EventStream): Promise<FactsCache | undefined> {
  if (options.cache === false) return undefined;
  const cache = await FactsCache.open(options.cache.folder, await engineVersion(), (error) =>
    events.emit({ type: "cache.failed", message: error instanceof Error ? error.message : String(error) }),
  );
  return cache.isOpen ? cache : undefined;
}

async function openShared(options: CollectOptions, events: EventStream): Promise<SharedFacts | undefined> {
  if (options.cache === false || options.cache.redis === undefined) return undefined;
  const { SharedFacts } = await import("../cache/shared-facts.ts");
  return SharedFacts.open(options.cache.redis, (error) =>
    events.emit({
      type: "cache.failed",
      message: `the shared cache is left aside: ${error instanceof Error ? error.message : String(error)}`,
    }),
  );
}

/** What was measured for a run without copies has no tape: for one with them it has to be measured again. */
function isEnough(known: StoredFacts, { clones }: CollectOptions): boolean {
  return clones !== true || known.type !== "measured" || known.tape !== undefined;
}

/** Fills in what the caches know and returns the rest. Files that cannot be read are settled here, too. */
async function lookUp(
  list: FileList,
  unknown: readonly number[],
  { cache, shared }: { cache: FactsCache; shared: SharedFacts | undefined },
  collected: Collected,
  options: CollectOptions,
  context: RunContext,
): Promise<number[]> {
  // With nothing to find, reading everything twice would be for nothing.
  if (shared === undefined && cache.isEmpty()) return [...unknown];
  const reader = new SourceReader(() => context.clock.now());
  const shaOf = (file: Candidate): string | Unread => {
    const known = options.seen?.hashOf(file);
    if (known !== undefined) return known;
    const content = reader.read(list.root, file, options.maxFileSize);
    if (!(content instanceof Uint8Array)) return content;
    const sha = sha256(content);
    options.seen?.learn(file, reader.stamp, sha);
    return sha;
  };
  const missing: { index: number; key: Buffer }[] = [];
  for (let at = 0; at < unknown.length; at += BREATH) {
    await setImmediate();
    throwIfAborted(context.signal);
    const asked: { index: number; key: Buffer }[] = [];
    for (const index of unknown.slice(at, at + BREATH)) {
      const file = list.files[index]!;
      const sha = shaOf(file);
      if (typeof sha === "string") {
        collected.contents[index] = sha;
        asked.push({ index, key: cache.key(sha, file, options.rules?.file.sha) });
      } else collected.facts[index] = sha;
    }
    for (const [place, known] of cache.getMany(asked.map(({ key }) => key)).entries()) {
      const one = asked[place]!;
      if (known === undefined || !isEnough(known, options)) missing.push(one);
      else collected.facts[one.index] = known;
    }
  }
  const elsewhere = shared === undefined ? [] : await shared.getMany(missing.map(({ key }) => key));
  const left = missing.filter(({ index, key }, at) => {
    const known = elsewhere[at];
    if (known === undefined || !isEnough(known, options)) return true;
    collected.facts[index] = known;
    cache.put(key, known);
    return false;
  });
  collected.cacheHits = list.files.length - left.length;
  context.events.emit({ type: "cache.used", hits: collected.cacheHits, misses: left.length });
  return left.map(({ index }) => index);
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
    {
      only: options.only,
      rules: options.rules === undefined ? undefined : new RuleEngine(options.rules.set),
      tapes: options.clones === true,
    },
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
