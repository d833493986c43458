import type { CachePlace } from "../run/collect-facts.ts";
import path from "node:path";
import { EventStream, systemClock, throwIfAborted, workFor } from "#kernel";
import type { SharedFacts } from "../cache/shared-facts.ts";
import type { StoredFacts } from "../cache/stored-facts.ts";
import { type FileList, listFiles, openPath } from "../discovery/index.ts";
import { languages } from "../languages/index.ts";
import type { Analysis } from "../run/analysis.ts";
import { analyzeList } from "../run/analyze.ts";
import { FolderWatch } from "./folder-watch.ts";
import { Freshness, isRacy, type Signature, signatureOf } from "./freshness.ts";
import { measureOnPool } from "./measure-on-pool.ts";
import { SharedWork } from "./shared-work.ts";
import { SymbolIndex } from "./symbol-index.ts";
import type { WorkerPool } from "./worker-pool.ts";

export interface WorkspaceOptions {
  pool: WorkerPool;
  cache: CachePlace | false;
  maxFileSize: number;
  exclude?: readonly string[];
  shared?: () => Promise<SharedFacts | undefined>;
  onCacheFailure?: (message: string) => void;
}

/** A project as it was at one moment. */
export class Snapshot {
  readonly analysis: Analysis;
  readonly list: FileList;
  /** Counts states of the workspace. */
  readonly version: number;
  #symbols: Promise<SymbolIndex> | undefined;

  constructor(analysis: Analysis, list: FileList, version: number) {
    this.analysis = analysis;
    this.list = list;
    this.version = version;
  }

  symbols(): Promise<SymbolIndex> {
    this.#symbols ??= SymbolIndex.of(this.analysis.files, new AbortController().signal);
    return this.#symbols;
  }
}

/** A workspace that nobody has asked about for so long is not kept warm. */
const warmMs = 600_000;

export type OnProgress = (done: number, total: number) => void;

/**
 * A folder whose analysis is kept and brought up to date. Whoever asks gets the state of the moment of the question:
 * before each answer every file and folder is looked at (not read), and what changed is measured anew.
 */
export class Workspace {
  readonly root: string;
  readonly #options: WorkspaceOptions;
  /** First level: by path and signature. The second is the cache of analyses, by content. */
  readonly #known = new Map<string, { signature: Signature; stored: StoredFacts }>();
  readonly #work: SharedWork<Snapshot, OnProgress>;
  #current: { snapshot: Snapshot; freshness: Freshness } | undefined;
  readonly #watch: FolderWatch;
  #askedAt = 0;
  #version = 0;
  #hits = 0;
  #misses = 0;

  constructor(root: string, options: WorkspaceOptions) {
    this.root = root;
    this.#options = options;
    this.#watch = new FolderWatch(root, () => void workFor(undefined, () => this.#warm()));
    this.#work = new SharedWork((signal, onProgress) => this.#upToDate(signal, onProgress));
  }

  /** Answers that needed nothing to be measured, and those that did. */
  get hits(): number {
    return this.#hits;
  }

  get misses(): number {
    return this.#misses;
  }

  /**
   * Callers of the same moment share one look. Rejects with a CancelledError, or with what `listFiles` and the pool
   * reject with.
   */
  snapshot(signal: AbortSignal, onProgress?: OnProgress): Promise<Snapshot> {
    this.#askedAt = performance.now();
    return this.#work.join(signal, onProgress);
  }

  close(): void {
    this.#watch.close();
  }

  /** So that the next question finds the work done; what it finds is not believed unseen. */
  async #warm(): Promise<void> {
    if (performance.now() - this.#askedAt > warmMs) return;
    try {
      await (await this.#work.join(new AbortController().signal)).symbols();
    } catch {
      // Whoever asks next hears of it.
    }
  }

  async #upToDate(signal: AbortSignal, onProgress: OnProgress): Promise<Snapshot> {
    const { snapshot, freshness } = this.#current ?? {};
    if (snapshot !== undefined && freshness?.isFresh === true) {
      this.#hits++;
      return snapshot;
    }
    this.#misses++;
    const made = await this.#refresh(signal, onProgress);
    this.#current = made;
    this.#watch.follow(made.freshness.folders);
    return made.snapshot;
  }

  async #refresh(
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<{ snapshot: Snapshot; freshness: Freshness }> {
    const { pool, cache, maxFileSize, exclude = [], onCacheFailure } = this.#options;
    const list = await listFiles(this.root, { languages, maxFileSize, exclude }, signal);
    const signatures = new Map(list.files.map((file) => [file.path, signatureOf(openPath(list.root, file))]));
    const freshness = new Freshness(list, signatures);
    const events = new EventStream("workspace", systemClock);
    events.subscribe((event) => {
      if (event.type === "cache.failed") onCacheFailure?.(event.message);
    });
    const fresh = new Map<string, { signature: Signature; stored: StoredFacts }>();
    const readAt = Date.now();
    const { analysis, facts } = await analyzeList(
      list,
      {
        cache,
        shared: await this.#options.shared?.(),
        maxFileSize,
        only: [],
        limits: {},
        project: path.basename(this.root) || this.root,
        known: (file) => {
          const known = this.#known.get(file.path);
          return known?.signature !== undefined && known.signature === signatures.get(file.path)
            ? known.stored
            : undefined;
        },
        measure: (_, missing, keep) =>
          measureOnPool(pool, list, missing, keep, { maxFileSize, signal, onProgress }),
      },
      { events, signal, clock: systemClock },
    );
    throwIfAborted(signal);
    let racy = false;
    for (const [at, { path }] of list.files.entries()) {
      const stored = facts[at];
      const signature = signatures.get(path);
      const isUnsure = isRacy(signature, readAt);
      racy ||= isUnsure;
      if (stored !== undefined && !isUnsure) fresh.set(path, { signature, stored });
    }
    this.#known.clear();
    for (const [path, one] of fresh) this.#known.set(path, one);
    if (racy) freshness.distrust();
    return { snapshot: new Snapshot(analysis, list, ++this.#version), freshness };
  }
}
