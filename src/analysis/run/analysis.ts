import { compareByBytes, type FileList, type SkippedFile } from "../discovery/index.ts";
import { textLanguages } from "../discovery/index.ts";
import { cycles, fans, importCounts, type Focus, type Graph } from "../graph/index.ts";
import { languageById } from "../languages/index.ts";
import type { FleetSummary } from "./fleet-tally.ts";
import {
  folderTotals,
  type FolderTotals,
  languageTotals,
  type LanguageTotals,
  type Totals,
  TotalsBuilder,
} from "./summarise.ts";
import {
  type Complexity,
  type GateFailure,
  gateFailures,
  type PlacedFunction,
  type RunFile,
  worstFunctions,
} from "./worst-functions.ts";

export type Limits = Partial<Record<Complexity, number>>;

/** A skipped file as reports show it; reasons of discovery and of measuring. */
export interface LeftOut {
  path: string;
  reason: string;
  detail?: string;
  files?: number;
}

export interface Gate {
  measure: Complexity;
  limit: number;
  failures: GateFailure[];
}

/** How the answer was got. Not part of the report: it differs between runs that must give the same bytes. */
export interface HowItRan {
  ms: number;
  workers: number;
  /** Files that the cache or a measurement was needed for; some of them turn out not to count. */
  listed: number;
  cacheHits: number;
  /** Who did what, when hosts of a fleet worked. */
  fleet?: FleetSummary;
  /** How the files were found, and why not through git where there is a repository. */
  source: FileList["source"];
  notice?: string;
}

/** The result of a run. Everything in it is in canonical order, whoever measured the files. */
export class Analysis {
  readonly project: string;
  readonly files: readonly RunFile[];
  readonly skipped: readonly LeftOut[];
  readonly graph: Graph;
  readonly limits: Limits;
  readonly focus: Focus | undefined;
  readonly how: HowItRan;
  /** False when a file could not be measured although it should have been. */
  readonly complete: boolean;
  readonly totals: Totals;
  /** Files that import each other in a circle; the longest circles first. */
  readonly cycles: readonly string[][];
  #fans: ReturnType<typeof fans> | undefined;
  #folders: FolderTotals[] | undefined;
  #languages: LanguageTotals[] | undefined;
  #gates: Gate[] | undefined;

  constructor(parts: {
    project: string;
    files: RunFile[];
    skipped: (SkippedFile | LeftOut)[];
    graph: Graph;
    limits: Limits;
    focus: Focus | undefined;
    how: HowItRan;
    complete: boolean;
  }) {
    this.project = parts.project;
    this.files = parts.files;
    this.skipped = parts.skipped.toSorted((a, b) => compareByBytes(a.path, b.path));
    this.graph = parts.graph;
    this.cycles = cycles(parts.graph);
    this.limits = parts.limits;
    this.focus = parts.focus;
    this.how = parts.how;
    this.complete = parts.complete;
    const totals = new TotalsBuilder();
    for (const { facts } of this.files) totals.add(facts);
    this.totals = totals.done();
  }

  /** Fan-in and fan-out of each file, in the order of `files`. */
  get fans(): ReturnType<typeof fans> {
    return (this.#fans ??= fans(this.graph));
  }

  get folders(): readonly FolderTotals[] {
    return (this.#folders ??= folderTotals(this.files));
  }

  get languages(): readonly LanguageTotals[] {
    return (this.#languages ??= languageTotals(this.files, languageName));
  }

  /** Every limit that was set, with the functions above it. */
  get gates(): readonly Gate[] {
    if (this.#gates === undefined) {
      const failures = gateFailures(this.files, this.limits);
      this.#gates = (["cyclomatic", "cognitive"] as const).flatMap((measure) => {
        const limit = this.limits[measure];
        return limit === undefined
          ? []
          : [{ measure, limit, failures: failures.filter((one) => one.measure === measure) }];
      });
    }
    return this.#gates;
  }

  worst(by: Complexity, count: number): PlacedFunction[] {
    return worstFunctions(this.files, by, count);
  }

  /** What most files import, most first: a file, or a package that is imported as a whole (a folder with `/`). */
  hubs(count: number): { path: string; importedBy: number }[] {
    return importCounts(this.graph)
      .filter(({ importedBy }) => importedBy > 1)
      .toSorted((a, b) => b.importedBy - a.importedBy || compareByBytes(a.path, b.path))
      .slice(0, count);
  }

  /** Files left out, by reason, most first. */
  get skippedByReason(): [reason: string, files: number][] {
    const counts = new Map<string, number>();
    for (const { reason, files = 1 } of this.skipped) counts.set(reason, (counts.get(reason) ?? 0) + files);
    return [...counts].toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  }
}

const textNames = new Map(textLanguages.map(({ id, name }) => [id, name]));

function languageName(id: string): string {
  return languageById(id)?.name ?? textNames.get(id) ?? id;
}
