import { cachePlace } from "../cache/place.ts";
import path from "node:path";
import { type AnalyzeOptions, Baseline, type FindingOptions, type Severity } from "#analysis";
import { readFlag, type Settings } from "#config";
import { UsageError } from "#kernel";
import type { ReportFormat } from "#faces/report";
import type { FleetFlags } from "../fleet/run-flags.ts";

/** As commander hands them over: texts, unchecked. */
export interface AnalyzeFlags extends FleetFlags {
  readonly format?: ReportFormat;
  readonly json?: true;
  readonly output?: string;
  readonly report?: readonly string[];
  readonly language?: readonly string[];
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly maxCyclomatic?: string;
  readonly maxCognitive?: string;
  readonly maxDuplication?: string;
  readonly clones: boolean;
  readonly hotspots: boolean;
  readonly secrets: boolean;
  readonly history?: true;
  readonly since?: string;
  readonly focus?: string;
  readonly rules?: readonly string[];
  /** False after `--no-default-rules`. */
  readonly defaultRules: boolean;
  readonly severity?: Severity;
  readonly failOn?: Severity;
  readonly baseline?: string;
  readonly workers?: string;
  readonly maxFileSize?: string;
  readonly submodules?: true;
  readonly cache: boolean;
}

/** Flags over settings. @throws UsageError */
export function analyzeOptions(
  flags: AnalyzeFlags,
  { analyze, cache }: Settings,
  cwd: string,
): AnalyzeOptions {
  const maxCyclomatic =
    flags.maxCyclomatic === undefined
      ? analyze.maxCyclomatic
      : readFlag("--max-cyclomatic", "analyze", "maxCyclomatic", flags.maxCyclomatic);
  const maxCognitive =
    flags.maxCognitive === undefined
      ? analyze.maxCognitive
      : readFlag("--max-cognitive", "analyze", "maxCognitive", flags.maxCognitive);
  const maxDuplication =
    flags.maxDuplication === undefined
      ? analyze.maxDuplication
      : readFlag("--max-duplication", "analyze", "maxDuplication", flags.maxDuplication);
  const workers =
    flags.workers === undefined
      ? analyze.workers
      : readFlag("--workers", "analyze", "workers", flags.workers);
  return {
    include: flags.include ?? analyze.include,
    exclude: flags.exclude ?? analyze.exclude,
    only: flags.language?.flatMap((names) => names.split(",")) ?? analyze.languages,
    maxFileSize:
      flags.maxFileSize === undefined
        ? analyze.maxFileSize
        : readFlag("--max-file-size", "analyze", "maxFileSize", flags.maxFileSize),
    submodules: flags.submodules ?? analyze.submodules,
    cache: flags.cache && analyze.cache ? cachePlace(cache) : false,
    limits: {
      ...(maxCyclomatic === undefined ? {} : { cyclomatic: maxCyclomatic }),
      ...(maxCognitive === undefined ? {} : { cognitive: maxCognitive }),
      ...(maxDuplication === undefined ? {} : { duplication: maxDuplication }),
    },
    // A gate that cannot fail would be no gate.
    history: flags.hotspots && analyze.hotspots,
    secrets: (flags.secrets && analyze.secrets) || flags.history === true,
    layers: analyze.layers,
    entries: analyze.entries,
    ...(flags.since === undefined ? {} : { since: flags.since }),
    secretsInHistory: flags.history === true,
    clones: (flags.clones && analyze.clones) || maxDuplication !== undefined,
    ruleChoice: { files: flags.rules ?? [], cwd, defaults: flags.defaultRules && analyze.defaultRules },
    report: findingOptions(flags, analyze, cwd),
    ...(workers === undefined ? {} : { workers }),
    ...(flags.focus === undefined ? {} : { focus: flags.focus }),
  };
}

function findingOptions(
  flags: AnalyzeFlags,
  { failOn, severity }: Settings["analyze"],
  cwd: string,
): FindingOptions {
  const least = flags.severity ?? severity;
  const limit = flags.failOn ?? failOn;
  return {
    ...(least === undefined ? {} : { severity: least }),
    ...(limit === undefined ? {} : { failOn: limit }),
    ...(flags.baseline === undefined ? {} : { baseline: Baseline.read(path.resolve(cwd, flags.baseline)) }),
  };
}

/** A report that goes to a file. */
export interface FileReport {
  readonly format: ReportFormat;
  /** Absolute. */
  readonly file: string;
}

export interface Reports {
  /** What goes to stdout; undefined after `--output`. */
  readonly printed: ReportFormat | undefined;
  readonly files: readonly FileReport[];
  /** GitHub's commands behind what is printed: it reads them from the log of a step. */
  readonly annotations: boolean;
}

/** Which reports were asked for. @throws UsageError */
export function wantedReports(flags: AnalyzeFlags, formats: readonly ReportFormat[], cwd: string): Reports {
  if (flags.output === "") throw new UsageError("--output needs the name of a file, got an empty one");
  const format = flags.format ?? (flags.json ? "json" : "text");
  const toFiles = (flags.report ?? []).filter((given) => given !== "github");
  const files = toFiles.map((given) => readReport(given, formats, cwd));
  if (flags.output !== undefined) files.unshift({ format, file: path.resolve(cwd, flags.output) });
  const twice = files.find(({ file }, index) => files.findIndex((other) => other.file === file) < index);
  if (twice !== undefined) throw new UsageError(`two reports would be written to "${twice.file}"`);
  const annotations = toFiles.length < (flags.report ?? []).length;
  return { printed: flags.output === undefined ? format : undefined, files, annotations };
}

function readReport(given: string, formats: readonly ReportFormat[], cwd: string): FileReport {
  const [, name, file] = /^([^:]*):(.+)$/s.exec(given) ?? [];
  const format = formats.find((known) => known === name);
  if (format === undefined || file === undefined) {
    const known = formats.map((one) => `${one}:FILE`).join(", ");
    throw new UsageError(`--report must be one of ${known}, github, got "${given}"`);
  }
  return { format, file: path.resolve(cwd, file) };
}
