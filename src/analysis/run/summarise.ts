import type { LineCounts } from "../facts.ts";
import type { FileFacts } from "../file/file-facts.ts";
import { round2 } from "../measure/formulas.ts";

/** Totals of a set of files. Sums over functions, except where it says otherwise. */
export interface Totals {
  files: number;
  bytes: number;
  lines: LineCounts;
  functions: number;
  cyclomatic: number;
  cognitive: number;
  maxCyclomatic: number;
  maxCognitive: number;
  maxNesting: number;
  halsteadVolume: number;
  halsteadEffort: number;
  /** Mean over files with functions, weighted by their code lines; 100 where there is none. */
  maintainability: number;
  parse: Confidence;
}

/** How far the figures of parsed files can be trusted. */
export interface Confidence {
  /** Bytes inside nodes that the grammar could not make sense of. */
  errorBytes: number;
  /** Share of the parsed bytes outside of errors, four decimals; null where nothing was parsed. */
  confidence: number | null;
}

/** Adds up files; order does not matter for counts, and the sums of decimals are rounded at the end. */
export class TotalsBuilder {
  #parsedBytes = 0;
  #parsedFiles = 0;
  #weighted = 0;
  #weight = 0;
  readonly #totals = {
    files: 0,
    bytes: 0,
    lines: { code: 0, comment: 0, blank: 0 },
    functions: 0,
    cyclomatic: 0,
    cognitive: 0,
    maxCyclomatic: 0,
    maxCognitive: 0,
    maxNesting: 0,
    halsteadVolume: 0,
    halsteadEffort: 0,
  };
  #errorBytes = 0;

  add(facts: FileFacts): void {
    const totals = this.#totals;
    totals.files++;
    totals.bytes += facts.bytes;
    totals.lines.code += facts.lines.code;
    totals.lines.comment += facts.lines.comment;
    totals.lines.blank += facts.lines.blank;
    totals.functions += facts.functions;
    totals.cyclomatic += facts.cyclomatic;
    totals.cognitive += facts.cognitive;
    totals.maxCyclomatic = Math.max(totals.maxCyclomatic, facts.maxCyclomatic);
    totals.maxCognitive = Math.max(totals.maxCognitive, facts.maxCognitive);
    totals.maxNesting = Math.max(totals.maxNesting, facts.maxNesting);
    totals.halsteadVolume += facts.halsteadVolume;
    totals.halsteadEffort += facts.halsteadEffort;
    this.#errorBytes += facts.errorBytes;
    if (facts.parsed) {
      this.#parsedBytes += facts.bytes;
      this.#parsedFiles++;
    }
    if (facts.functions > 0) {
      this.#weighted += facts.maintainability * facts.lines.code;
      this.#weight += facts.lines.code;
    }
  }

  done(): Totals {
    const totals = this.#totals;
    return {
      ...totals,
      halsteadVolume: round2(totals.halsteadVolume),
      halsteadEffort: round2(totals.halsteadEffort),
      maintainability: this.#weight === 0 ? 100 : round2(this.#weighted / this.#weight),
      parse: {
        errorBytes: this.#errorBytes,
        confidence: this.#parsedFiles === 0 ? null : confidence(this.#errorBytes, this.#parsedBytes),
      },
    };
  }
}

export function confidence(errorBytes: number, parsedBytes: number): number {
  if (parsedBytes === 0) return 1;
  // Rounded down: 1 is said only where there is no error at all.
  return Math.max(0, Math.floor((1 - errorBytes / parsedBytes) * 10_000) / 10_000);
}

export interface FolderTotals extends Totals {
  /** With `/`; the project itself is `.`. */
  path: string;
}

/** Totals of every folder with everything below it, sorted by path. Files must come sorted by path. */
export function folderTotals(files: readonly { path: string; facts: FileFacts }[]): FolderTotals[] {
  const builders = new Map<string, TotalsBuilder>();
  for (const { path, facts } of files) {
    for (let end = path.lastIndexOf("/"); ; end = path.lastIndexOf("/", end - 1)) {
      const folder = end <= 0 ? "." : path.slice(0, end);
      let builder = builders.get(folder);
      if (builder === undefined) builders.set(folder, (builder = new TotalsBuilder()));
      builder.add(facts);
      if (end <= 0) break;
    }
  }
  return [...builders]
    .toSorted(([a], [b]) => (a === "." ? -1 : b === "." ? 1 : a < b ? -1 : 1))
    .map(([path, builder]) => ({ path, ...builder.done() }));
}

export interface LanguageTotals extends Totals {
  language: string;
  name: string;
}

/** Totals by language, most code first. */
export function languageTotals(
  files: readonly { facts: FileFacts }[],
  nameOf: (language: string) => string,
): LanguageTotals[] {
  const builders = new Map<string, TotalsBuilder>();
  for (const { facts } of files) {
    let builder = builders.get(facts.language);
    if (builder === undefined) builders.set(facts.language, (builder = new TotalsBuilder()));
    builder.add(facts);
  }
  return [...builders]
    .map(([language, builder]) => ({ language, name: nameOf(language), ...builder.done() }))
    .toSorted((a, b) => b.lines.code - a.lines.code || (a.language < b.language ? -1 : 1));
}
