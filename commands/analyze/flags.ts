import path from "node:path";
import type { AnalyzeOptions } from "#analysis";
import { readFlag, type Settings } from "#config";
import { UsageError } from "#kernel";
import type { ReportFormat } from "#faces/report";

/** Which machines are to work. */
export interface FleetFlags {
  /** True: the fleet file that is found; a text: this one. */
  readonly fleet?: true | string;
  readonly hosts?: string;
  readonly labels?: string;
  readonly excludeHosts?: string;
  /** False after `--no-local`. */
  readonly local: boolean;
  readonly watchFleet?: true;
}

/** Any flag that only makes sense with a fleet asks for it. */
export function asksForFleet({ fleet, hosts, labels, excludeHosts, local, watchFleet }: FleetFlags): boolean {
  const given = [fleet, hosts, labels, excludeHosts, watchFleet].some((flag) => flag !== undefined);
  return given || !local;
}

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
  readonly focus?: string;
  readonly workers?: string;
  readonly maxFileSize?: string;
  readonly submodules?: true;
  readonly cache: boolean;
}

/** Flags over settings. @throws UsageError */
export function analyzeOptions(flags: AnalyzeFlags, { analyze, cache }: Settings): AnalyzeOptions {
  const maxCyclomatic =
    flags.maxCyclomatic === undefined
      ? analyze.maxCyclomatic
      : readFlag("--max-cyclomatic", "analyze", "maxCyclomatic", flags.maxCyclomatic);
  const maxCognitive =
    flags.maxCognitive === undefined
      ? analyze.maxCognitive
      : readFlag("--max-cognitive", "analyze", "maxCognitive", flags.maxCognitive);
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
    cache: flags.cache && analyze.cache ? { folder: cache.folder, maxBytes: cache.maxSize } : false,
    limits: {
      ...(maxCyclomatic === undefined ? {} : { cyclomatic: maxCyclomatic }),
      ...(maxCognitive === undefined ? {} : { cognitive: maxCognitive }),
    },
    ...(workers === undefined ? {} : { workers }),
    ...(flags.focus === undefined ? {} : { focus: flags.focus }),
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
}

/** Which reports were asked for. @throws UsageError */
export function wantedReports(flags: AnalyzeFlags, formats: readonly ReportFormat[], cwd: string): Reports {
  if (flags.output === "") throw new UsageError("--output needs the name of a file, got an empty one");
  const format = flags.format ?? (flags.json ? "json" : "text");
  const files = (flags.report ?? []).map((given) => readReport(given, formats, cwd));
  if (flags.output !== undefined) files.unshift({ format, file: path.resolve(cwd, flags.output) });
  const twice = files.find(({ file }, index) => files.findIndex((other) => other.file === file) < index);
  if (twice !== undefined) throw new UsageError(`two reports would be written to "${twice.file}"`);
  return { printed: flags.output === undefined ? format : undefined, files };
}

function readReport(given: string, formats: readonly ReportFormat[], cwd: string): FileReport {
  const [, name, file] = /^([^:]*):(.+)$/s.exec(given) ?? [];
  const format = formats.find((known) => known === name);
  if (format === undefined || file === undefined) {
    const known = formats.map((one) => `${one}:FILE`).join(", ");
    throw new UsageError(`--report must be one of ${known}, got "${given}"`);
  }
  return { format, file: path.resolve(cwd, file) };
}
