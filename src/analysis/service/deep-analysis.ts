import { EventStream, systemClock } from "#kernel";
import type { Clones } from "../clones/index.ts";
import { listFiles } from "../discovery/index.ts";
import { type Finding, severityRank } from "../findings/finding.ts";
import type { HotspotReport } from "../hotspots/index.ts";
import { languages } from "../languages/index.ts";
import { analyze } from "../run/analyze.ts";
import type { CollectOptions } from "../run/collect-facts.ts";
import { Freshness } from "./freshness.ts";
import { SharedWork } from "./shared-work.ts";
import type { Turns } from "./turns.ts";
import type { OnProgress } from "./workspace.ts";

/** What takes longer than a question should: findings of rules, copies, history. */
export interface DeepResult {
  files: number;
  complete: boolean;
  findings: readonly Finding[];
  /** Findings that a comment in the code is about. */
  suppressed: number;
  rules: number;
  clones: Clones;
  hotspots: HotspotReport;
}

export interface DeepOptions {
  cache: CollectOptions["cache"];
  shared: () => Promise<CollectOptions["shared"]>;
  maxFileSize: number;
  workers: number;
  turns: Turns;
}

/**
 * The whole analysis of a folder, as `caelum analyze` makes it, kept until something changes. Its workers live as long as a
 * run; what did not change comes from the cache.
 */
export class DeepAnalysis {
  readonly #root: string;
  readonly #options: DeepOptions;
  readonly #work: SharedWork<DeepResult, OnProgress>;
  #last: { result: DeepResult; freshness: Freshness } | undefined;

  constructor(root: string, options: DeepOptions) {
    this.#root = root;
    this.#options = options;
    this.#work = new SharedWork((signal, onProgress) => this.#upToDate(signal, onProgress));
  }

  /** Rejects with a CancelledError, a BusyError, and as `analyze` does. */
  result(signal: AbortSignal, onProgress?: OnProgress): Promise<DeepResult> {
    return this.#work.join(signal, onProgress);
  }

  async #upToDate(signal: AbortSignal, onProgress: OnProgress): Promise<DeepResult> {
    if (this.#last?.freshness.isFresh === true) return this.#last.result;
    return this.#options.turns.run(signal, () => this.#make(signal, onProgress));
  }

  async #make(signal: AbortSignal, onProgress: OnProgress): Promise<DeepResult> {
    const { cache, maxFileSize, workers } = this.#options;
    // Looked at before anything is read: what changes meanwhile shows the next time.
    const freshness = new Freshness(
      await listFiles(this.#root, { languages, maxFileSize, searchable: true }, signal),
      new Map(),
    );
    const events = new EventStream("scan", systemClock);
    let total = 0;
    let done = 0;
    events.subscribe((event) => {
      if (event.type === "files.found") total = event.files + (event.searched?.files ?? 0);
      if (event.type === "cache.used") done += event.hits;
      if (event.type === "unit.finished") done += event.files;
      if (total > 0) onProgress(Math.min(done, total), total);
    });
    const analysis = await analyze(
      this.#root,
      {
        cache,
        shared: await this.#options.shared(),
        maxFileSize,
        // A number of workers: never in this process, which must survive every file.
        workers,
        only: [],
        limits: {},
        clones: true,
        history: true,
        secrets: true,
        // The rules that come with caelum: those of a folder would be the folder's own judgement of itself.
        ruleChoice: { files: [], cwd: this.#root, defaults: true },
      },
      { events, signal, clock: systemClock },
    );
    const { files, complete, found, clones, hotspots } = analysis;
    const result = {
      files: files.length,
      complete,
      findings: found.findings.toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity)),
      suppressed: found.suppressed.length,
      rules: found.rules.size,
      clones: clones!,
      hotspots: hotspots!,
    };
    this.#last = { result, freshness };
    return result;
  }
}
