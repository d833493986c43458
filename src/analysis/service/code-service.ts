import type { SharedFacts } from "../cache/shared-facts.ts";
import type { CachePlace } from "../run/collect-facts.ts";
import path from "node:path";
import { LRUCache } from "lru-cache";
import { UsageError } from "#kernel";
import { PathGuard } from "#security";
import { LanguageTable, listFiles } from "../discovery/index.ts";
import { changedSince, type Since } from "../run/changed-since.ts";
import { decodeResults } from "../file/wire.ts";
import { languages } from "../languages/index.ts";
import { DeepAnalysis, type DeepResult } from "./deep-analysis.ts";
import type { UnsupportedRule } from "../findings/collect.ts";
import type { Finding } from "../findings/finding.ts";
import type { Rule } from "../rules/rule.ts";
import { findPattern } from "./find-pattern.ts";
import { PoisonFileError } from "./errors.ts";
import type { NoOutline, Outline } from "./outline.ts";
import { isRacy, signature as signatureFrom } from "./freshness.ts";
import { detailsOf } from "./symbol-index.ts";
import { Turns } from "./turns.ts";
import { encodeRequest, type FileUses, withoutSize } from "./wire.ts";
import { type PoolStats, WorkerPool } from "./worker-pool.ts";
import { type OnProgress, type Snapshot, Workspace } from "./workspace.ts";

export interface CodeServiceOptions {
  /** Folders that may be read; at least one. @throws UsageError for what is no folder */
  roots: readonly string[];
  cache: CachePlace | false;
  maxFileSize: number;
  maxWorkers?: number;
  onNotice?: (text: string) => void;
}

export interface Place {
  /** The root, absolute. */
  root: string;
  /** Relative to the root, with `/`; `.` is the root. */
  relative: string;
  isFile: boolean;
}

export interface ServiceStats extends PoolStats {
  outlineHits: number;
  outlineMisses: number;
  snapshotHits: number;
  snapshotMisses: number;
}

interface CachedOutline {
  signature: string;
  outline: Outline | NoOutline;
}

const parseTimeoutMs = 15_000;
const usesTimeoutMs = 30_000;
const usesChunkBytes = 2_000_000;
/** Whole runs: each has as many workers as there are cores. */
const runLimits = { max: 3, maxOfTenant: 2, maxWaiting: 200 };
/** Somebody waits, and parsing anew takes a millisecond a file. */
const sharedAnswerMs = 150;
/** Outlines in memory, by their size as JSON. */
const outlineBytes = 48e6;

/** Answers questions about code for as long as it lives: what is kept makes the next answer fast, never different. */
export class CodeService {
  readonly #options: CodeServiceOptions;
  readonly #pool: WorkerPool;
  readonly #runs = new Turns(runLimits);
  readonly #deep = new Map<string, DeepAnalysis>();
  readonly #workspaces = new Map<string, Workspace>();
  readonly #table = new LanguageTable(languages);
  readonly #outlines = new LRUCache<string, CachedOutline>({
    maxSize: outlineBytes,
    sizeCalculation: sizeOf,
  });
  /** Files that took workers down, by path and signature. */
  readonly #poison = new LRUCache<string, { signature: string; error: PoisonFileError }>({ max: 500 });
  #shared: Promise<SharedFacts> | undefined;
  readonly guard: PathGuard;
  #hits = 0;
  #misses = 0;

  constructor(options: CodeServiceOptions) {
    this.#options = options;
    this.guard = new PathGuard(options.roots);
    this.#pool = new WorkerPool({
      readable: this.guard.roots,
      ...(options.maxWorkers === undefined ? {} : { max: options.maxWorkers }),
      onRestart: (reason) => options.onNotice?.(`a worker was replaced: ${reason}`),
    });
  }

  get stats(): ServiceStats {
    const workspaces = [...this.#workspaces.values()];
    return {
      ...this.#pool.stats,
      outlineHits: this.#hits,
      outlineMisses: this.#misses,
      snapshotHits: workspaces.reduce((sum, { hits }) => sum + hits, 0),
      snapshotMisses: workspaces.reduce((sum, { misses }) => sum + misses, 0),
    };
  }

  /** Starts a worker, so that the first question need not wait for it. */
  warm(): void {
    this.#pool.warm();
  }

  async close(): Promise<void> {
    for (const workspace of this.#workspaces.values()) workspace.close();
    await Promise.all([this.#pool.close(), this.#shared?.then((shared) => shared.close())]);
  }

  /** One connection for as long as we live: what it has learned about a Redis that is away holds for the next question. */
  async #sharedFacts(): Promise<SharedFacts | undefined> {
    const { cache, onNotice } = this.#options;
    if (cache === false || cache.redis === undefined) return undefined;
    const { SharedFacts: Shared } = await import("../cache/shared-facts.ts");
    this.#shared ??= Shared.open(
      cache.redis,
      (error) => onNotice?.(`the shared cache is left aside: ${String(error)}`),
      sharedAnswerMs,
    );
    return this.#shared;
  }

  /** Where a path leads. @throws PathRefusedError, PathMissingError */
  place(given: string): Place {
    const { root, relative, stats } = this.guard.existing(given);
    return { root, relative, isFile: stats.isFile() };
  }

  /** The project that a root holds, up to date. */
  snapshot(root: string, signal: AbortSignal, onProgress?: OnProgress): Promise<Snapshot> {
    return this.workspace(root).snapshot(signal, onProgress);
  }

  /** What changed in a snapshot's project since a revision, and what imports it. Rejects as `changedSince`. */
  since(snapshot: Snapshot, revision: string, signal: AbortSignal): Promise<Since> {
    return changedSince(snapshot.list.root, revision, snapshot.analysis.graph, signal);
  }

  /** Findings, copies and history of the project that a root holds. */
  deep(root: string, signal: AbortSignal, onProgress?: OnProgress): Promise<DeepResult> {
    let known = this.#deep.get(root);
    if (known === undefined) {
      const { cache, maxFileSize } = this.#options;
      const shared = (): Promise<SharedFacts | undefined> => this.#sharedFacts();
      known = new DeepAnalysis(root, {
        cache,
        shared,
        maxFileSize,
        workers: this.#pool.max,
        turns: this.#runs,
      });
      this.#deep.set(root, known);
    }
    return known.result(signal, onProgress);
  }

  /** Every place below a path that a pattern of code fits. Rejects as `findPattern`, and with a BusyError. */
  matches(
    pattern: string,
    language: string,
    { root, relative, isFile }: Place,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<readonly Finding[]> {
    const { maxFileSize } = this.#options;
    const escaped = relative.replaceAll(/[\\*?[\]{}()!+@|]/g, "\\$&");
    const include = relative === "." ? {} : { include: [isFile ? `/${escaped}` : `/${escaped}/**`] };
    return this.#runs.run(signal, () =>
      findPattern({
        root,
        pattern,
        language,
        maxFileSize,
        signal,
        onProgress,
        workers: this.#pool.max,
        check: (rules) => this.#check(rules, signal),
        ...include,
      }),
    );
  }

  /** In a worker: a pattern may take its parser down, or keep it busy for ever. */
  async #check(rules: readonly Rule[], signal: AbortSignal): Promise<UnsupportedRule[]> {
    const request = encodeRequest({ type: "check", rules });
    const task = { label: "the pattern", priority: 0, timeoutMs: parseTimeoutMs, signal };
    const answer = await this.#pool.run(request, task);
    return JSON.parse(answer.toString("utf8")) as UnsupportedRule[];
  }

  workspace(root: string): Workspace {
    const known = this.#workspaces.get(root);
    if (known !== undefined) return known;
    const { cache, maxFileSize, onNotice } = this.#options;
    const made = new Workspace(root, {
      pool: this.#pool,
      cache,
      maxFileSize,
      shared: () => this.#sharedFacts(),
      onCacheFailure: (message) => onNotice?.(`the cache is left aside: ${message}`),
    });
    this.#workspaces.set(root, made);
    return made;
  }

  /** What is in a file. Rejects as the guard throws and the pool rejects. */
  async outline(given: string, signal: AbortSignal): Promise<Outline | NoOutline> {
    const { real, relative, stats } = this.guard.existing(given);
    const signature = signatureFrom(stats);
    const known = this.#outlines.get(real);
    if (known?.signature === signature) {
      this.#hits++;
      return known.outline;
    }
    const poison = this.#poison.get(real);
    if (poison?.signature === signature) throw poison.error;
    this.#misses++;
    const readAt = Date.now();
    const { bytes } = this.guard.read(given, this.#options.maxFileSize);
    try {
      const language = this.#table.byName(path.basename(relative));
      const outline = await this.#measure(relative, bytes, language, signal);
      if (!isRacy(signature, readAt)) this.#outlines.set(real, { signature, outline });
      return outline;
    } catch (error) {
      if (error instanceof PoisonFileError) this.#poison.set(real, { signature, error });
      throw error;
    }
  }

  /** The same for text that is in no file. @throws UsageError for a language nobody knows */
  outlineOf(text: string, language: string, signal: AbortSignal): Promise<Outline | NoOutline> {
    const id = this.#table.byLinguistName(language);
    if (id === undefined) {
      throw new UsageError(`there is no language ${JSON.stringify(language.slice(0, 40))}`, {
        hint: `one of ${languages.map((each) => each.id).join(", ")}`,
      });
    }
    return this.#measure("snippet", Buffer.from(text), id, signal);
  }

  /** The text of a file. @throws as the guard */
  text(given: string): string {
    return Buffer.from(this.guard.read(given, this.#options.maxFileSize).bytes).toString("utf8");
  }

  /** Where a name stands in the code below a place: no comments, no strings. Files in the order of their paths. */
  async uses(name: string, place: Place, signal: AbortSignal): Promise<FileUses[]> {
    const { maxFileSize } = this.#options;
    const below = place.isFile ? place.relative : place.relative === "." ? "" : `${place.relative}/`;
    const list = await listFiles(place.root, { languages, maxFileSize }, signal);
    const files = list.files.filter(({ path: file }) =>
      place.isFile ? file === below : file.startsWith(below),
    );
    const chunks: (typeof files)[] = [];
    let bytes = Infinity;
    for (const file of files) {
      if ((bytes += file.size) > usesChunkBytes) {
        chunks.push([]);
        bytes = file.size;
      }
      chunks.at(-1)!.push(file);
    }
    const answers = await Promise.all(
      chunks.map((chunk) => {
        const asked = chunk.map(withoutSize);
        const request = encodeRequest({ type: "uses", name, root: list.root, maxFileSize, files: asked });
        const label = chunk[0]!.path;
        return this.#pool.run(request, { label, priority: 1, timeoutMs: usesTimeoutMs, signal });
      }),
    );
    return answers.flatMap((answer) => JSON.parse(answer.toString("utf8")) as FileUses[]);
  }

  async #measure(
    label: string,
    bytes: Uint8Array,
    language: string | undefined,
    signal: AbortSignal,
  ): Promise<Outline | NoOutline> {
    const { maxFileSize } = this.#options;
    const file = { path: label, bytes: bytes.byteLength, ...(language === undefined ? {} : { language }) };
    const request = encodeRequest({ type: "measure", maxFileSize, files: [file] }, [bytes]);
    const body = await this.#pool.run(request, { label, priority: 0, timeoutMs: parseTimeoutMs, signal });
    const [result] = decodeResults(body, 1);
    if (result?.type !== "measured") {
      const { reason = "unreadable", detail } = result ?? {};
      return { skipped: reason, ...(detail === undefined ? {} : { detail }) };
    }
    return { facts: result.facts, ...detailsOf(result.details) };
  }
}

function sizeOf({ outline }: CachedOutline): number {
  if ("skipped" in outline) return 200;
  return (
    400 + outline.facts.imports.length * 100 + outline.functions.length * 600 + outline.symbols.length * 300
  );
}
