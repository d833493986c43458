import type { Clones } from "../clones/index.ts";
import { compareByBytes, type FileList, type SkippedFile } from "../discovery/index.ts";
import { textLanguages } from "../discovery/index.ts";
import type { Findings } from "../findings/collect.ts";
import {
  cycles,
  fans,
  focus,
  importCounts,
  nameOf,
  resolutions,
  type Focus,
  type Graph,
} from "../graph/index.ts";
import { cheapestCut, type Cut, type Unused } from "../layers/index.ts";
import type { HotspotReport } from "../hotspots/index.ts";
import { languageById } from "../languages/index.ts";
import type { Since } from "./changed-since.ts";
import type { SecretSearch } from "./left-out-search.ts";
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

export interface Limits extends Partial<Record<Complexity, number>> {
  /** Percent of the lines of code that may stand in copies. */
  duplication?: number;
}

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
  /** Absolute; reports that show source read it there. */
  readonly root: string;
  readonly files: readonly RunFile[];
  readonly skipped: readonly LeftOut[];
  readonly graph: Graph;
  readonly limits: Limits;
  readonly focus: Focus | undefined;
  /** Copies among the files; undefined: they were not looked for. */
  readonly clones: Clones | undefined;
  /** Code that nothing needs; undefined: it was not looked for, or cannot be known. */
  readonly unused: Unused | undefined;
  /** Names of the project's layers, as the configuration has them. */
  readonly layers: readonly string[];
  /** Complexity times change frequency; undefined: the history was not read. */
  readonly hotspots: HotspotReport | undefined;
  /** What changed since a revision; undefined: it was not asked for. */
  readonly since: Since | undefined;
  /** What rules, detectors and checks have to say. */
  readonly found: Findings;
  /** How far secrets were looked for; undefined: they were not. */
  readonly secretSearch: SecretSearch | undefined;
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
  #cuts: readonly (Cut | undefined)[] | undefined;

  constructor(parts: {
    project: string;
    root: string;
    files: RunFile[];
    skipped: (SkippedFile | LeftOut)[];
    graph: Graph;
    limits: Limits;
    focus: Focus | undefined;
    clones: Clones | undefined;
    unused: Unused | undefined;
    layers: readonly string[];
    hotspots: HotspotReport | undefined;
    since: Since | undefined;
    found: Findings;
    secretSearch: SecretSearch | undefined;
    how: HowItRan;
    complete: boolean;
  }) {
    this.project = parts.project;
    this.root = parts.root;
    this.files = parts.files;
    this.skipped = parts.skipped.toSorted((a, b) => compareByBytes(a.path, b.path));
    this.graph = parts.graph;
    this.cycles = cycles(parts.graph);
    this.limits = parts.limits;
    this.focus = parts.focus;
    this.clones = parts.clones;
    this.unused = parts.unused;
    this.layers = parts.layers;
    this.hotspots = parts.hotspots;
    this.since = parts.since;
    this.found = parts.found;
    this.secretSearch = parts.secretSearch;
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

  /** For each cycle the import to cut first; undefined: there are too many to tell. Only of the first 50, the longest. */
  get cuts(): readonly (Cut | undefined)[] {
    if (this.#cuts === undefined) {
      const inCycles = new Set(this.cycles.flat());
      const imports = new Map<string, string[]>();
      for (const [number, { path, imports: written }] of this.graph.files.entries()) {
        if (!inCycles.has(path)) continue;
        // What is imported for its types alone closes no cycle.
        const reached = resolutions(this.graph, number).flatMap(({ targets }, at) =>
          written[at]!.form === "type" ? [] : targets,
        );
        imports.set(
          path,
          reached.flatMap((target) => this.#membersOf(target)),
        );
      }
      this.#cuts = this.cycles
        .slice(0, 50)
        .map((cycle) => cheapestCut(cycle, (path) => imports.get(path) ?? []));
    }
    return this.#cuts;
  }

  /** Files that a target of an import stands for. */
  #membersOf(target: string): string[] {
    const group = this.graph.groups.find(({ id }) => id === target);
    return group === undefined ? [target] : group.members.map((member) => nameOf(this.graph, member));
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

  /** The limit on copies, where there is one, and whether there are more. */
  get duplicationGate(): { limit: number; percent: number; isFailed: boolean } | undefined {
    const limit = this.limits.duplication;
    if (limit === undefined || this.clones === undefined) return undefined;
    const { percent, duplicated, lines } = this.clones;
    return { limit, percent, isFailed: duplicated * 100 > limit * lines };
  }

  worst(by: Complexity, count: number): PlacedFunction[] {
    return worstFunctions(this.files, by, count);
  }

  /** The same among some of the files. */
  worstBelow(by: Complexity, count: number, keep: (path: string) => boolean): PlacedFunction[] {
    return worstFunctions(
      this.files.filter(({ path }) => keep(path)),
      by,
      count,
    );
  }

  /** What a file depends on and what depends on it; undefined if the project has no such file. */
  focusOn(path: string): Focus | undefined {
    return focus(this.graph, path);
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
