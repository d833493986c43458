import path from "node:path";
import type { Settings } from "#config";
import { UsageError } from "#kernel";
import { configuredSteps, type TestOptions } from "#testing";
import { type TestReportFormat, testReportFormats } from "#testing/reports";
import { durationMs } from "../fleet/duration.ts";
import type { FleetFlags } from "../fleet/run-flags.ts";

/** As commander hands them over: texts, unchecked. */
export interface TestFlags extends FleetFlags {
  readonly platforms?: string;
  readonly allowMissing?: true;
  readonly only?: readonly string[];
  readonly changed?: true;
  readonly changedOnly?: true;
  readonly shardOnly?: string;
  readonly rev?: string;
  readonly retry?: string;
  readonly flaky?: "pass" | "fail";
  readonly repeat?: string;
  readonly failFast?: true;
  readonly timeout?: string;
  readonly workers?: string;
  readonly report?: readonly string[];
  /** True: the usual file. */
  readonly coverage?: true | string;
  readonly artifacts?: readonly string[];
  readonly artifactsFolder: string;
  readonly json?: true;
}

/** @throws UsageError */
export function testOptions(
  flags: TestFlags,
  root: string,
  { cache, test }: Settings,
  cwd: string,
): TestOptions {
  const { timeout, retry, repeat, workers, changed, changedOnly } = flags;
  const names = wantedPlatforms(flags, { test });
  return {
    root,
    ...(flags.rev === undefined ? {} : { rev: flags.rev }),
    include: test.sync.include,
    cacheFolder: cache.folder,
    workspaceBytes: test.sync.maxSize,
    ...(names === undefined ? {} : { platforms: names.includes("all") ? "all" : [...new Set(names)] }),
    allowMissing: flags.allowMissing === true,
    ...(workers === undefined ? {} : { workers: wholeNumber("--workers", workers, 1, 256) }),
    retry: retry === undefined ? test.retry : wholeNumber("--retry", retry, 0, 10),
    flaky: flags.flaky ?? test.flaky,
    repeat: repeat === undefined ? 1 : wholeNumber("--repeat", repeat, 1, 10_000),
    failFast: flags.failFast === true,
    timeoutMs: timeout === undefined ? test.timeout : durationMs("--timeout", timeout),
    only: flags.only ?? [],
    ...(changedOnly === true ? { changed: "only" } : changed === true ? { changed: "first" } : {}),
    ...(flags.shardOnly === undefined ? {} : { shard: shardOf(flags.shardOnly) }),
    coverage: flags.coverage !== undefined,
    ...(flags.artifacts === undefined
      ? {}
      : { artifacts: { globs: flags.artifacts, folder: path.resolve(cwd, flags.artifactsFolder) } }),
    ...(test.generic === undefined ? {} : { generic: test.generic }),
    args: test.args,
    independent: test.independent,
    ...(test.setup === undefined ? {} : { setup: configuredSteps(test.setup) }),
    env: {},
  };
}

/** @throws UsageError */
function shardOf(text: string): { index: number; count: number } {
  const [index = 0, count = 0] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (index < 1 || index > count || count > 1000)
    throw new UsageError(`--shard-only must be such as 2/5, the second of five parts, got "${text}"`);
  return { index, count };
}

/** Platforms by flag, else by setting; undefined: that of this machine. @throws UsageError */
function wantedPlatforms(
  { platforms }: Pick<TestFlags, "platforms">,
  { test }: Pick<Settings, "test">,
): string[] | undefined {
  const names = platforms?.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
  if (names?.length === 0) throw new UsageError("--platforms needs at least one name");
  return names ?? (test.platforms.length > 0 ? [...test.platforms] : undefined);
}

export interface TestReportFile {
  format: TestReportFormat;
  /** Absolute. */
  file: string;
}

/** @throws UsageError */
export function testReportFiles(given: readonly string[] | undefined, cwd: string): TestReportFile[] {
  return (given ?? []).map((text) => {
    const [, name, file] = /^([^:]*):(.+)$/s.exec(text) ?? [];
    const format = testReportFormats.find((known) => known === name);
    if (format === undefined || file === undefined) {
      const known = testReportFormats.map((one) => `${one}:FILE`).join(", ");
      throw new UsageError(`--report must be one of ${known}, got "${text}"`);
    }
    return { format, file: path.resolve(cwd, file) };
  });
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || value < least || value > most) {
    throw new UsageError(`${option} must be a whole number from ${least} to ${most}, got "${text}"`);
  }
  return value;
}
