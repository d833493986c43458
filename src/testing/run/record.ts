import type { HostPool } from "#crew";
import { testKey } from "../model.ts";
import type {
  HostRecord,
  PlatformRecord,
  TestAttempt,
  TestedTree,
  TestRunRecord,
  UnitAttempt,
} from "../run-record.ts";
import type { Tree } from "../sync/index.ts";
import { failuresOf, type UnitRun } from "./ledger.ts";
import type { TestMachine } from "./machine.ts";
import type { TestOptions } from "./options.ts";
import type { PlatformRun } from "./platform-run.ts";

export interface Ran {
  options: TestOptions;
  run: string;
  startedAt: string;
  ms: number;
  tree: Tree;
  /** Bytes of the tree that each host was sent, and that it had. */
  sent: ReadonlyMap<string, { sent: number; saved: number }>;
  platforms: readonly PlatformRun[];
  pool: HostPool<TestMachine>;
  /** `platform|unit` → collected files. */
  artifacts: ReadonlyMap<string, readonly string[]>;
  failedFast: boolean;
  /** Units left out by choice. */
  leftOut: number;
}

/** Everything that a finished run gave, as it is kept. */
export function recordOf(ran: Ran): TestRunRecord {
  const { options, platforms, failedFast } = ran;
  const units = platforms.flatMap(unitAttempts);
  const tests = platforms.flatMap((platform) => testAttempts(platform, ran.artifacts));
  const incomplete = failedFast ? [] : platforms.flatMap(whatIsMissing);
  const flaky = options.flaky === "fail" && platforms.some(hasFlaky);
  const repeated = options.repeat > 1;
  const failed = flaky || hasFailures(tests, repeated) || platforms.some(hasBroken);
  const left = platforms.reduce((sum, { missing }) => sum + missing.size, 0);
  const restricted = [
    options.only.length === 0 ? [] : [`only files that match ${options.only.join(", ")}`],
    options.changed === "only" ? ["only files near what has changed"] : [],
    options.shard === undefined ? [] : [`shard ${options.shard.index} of ${options.shard.count}`],
    ran.leftOut === 0 ? [] : [`${ran.leftOut} ${ran.leftOut === 1 ? "file was" : "files were"} not run`],
    failedFast && left > 0
      ? [`stopped at the first failure, ${left} ${left === 1 ? "unit was" : "units were"} not run`]
      : [],
  ].flat();
  return {
    version: 1,
    run: ran.run,
    root: options.root,
    startedAt: ran.startedAt,
    ms: ran.ms,
    tree: testedTree(ran.tree),
    verdict: incomplete.length > 0 ? "incomplete" : failed ? "failed" : "passed",
    incomplete,
    platforms: platforms.map((platform) => platformRecord(platform, ran)),
    units,
    tests,
    ...(restricted.length === 0 ? {} : { restricted: restricted.join("; ") }),
    ...(repeated ? { repeat: options.repeat } : {}),
  };
}

function testedTree({ hash, commit, dirty, manifest, bytes }: Tree): TestedTree {
  const at = commit === undefined ? {} : { commit };
  return { hash, ...at, dirty, files: manifest.entries.length, bytes };
}

/** The last attempt of each unit; with repetitions, all. */
function countedRuns(platform: PlatformRun): UnitRun[] {
  if (platform.repeats) return [...platform.ledger.runs];
  return [...Map.groupBy(platform.ledger.runs, ({ unit }) => unit.id).values()].map((runs) =>
    runs.toSorted((a, b) => a.attempt - b.attempt).at(-1)!,
  );
}

function whatIsMissing({ name, missing, unlisted, members, units }: PlatformRun): string[] {
  const reasons = Map.groupBy(missing, ([, reason]) => reason);
  const nobody = members.size === 0 && units.length === 0 ? [`${name}: no host`] : [];
  return [
    ...nobody,
    ...unlisted.map((what) => `${name}: ${what}`),
    ...[...reasons].map(([reason, those]) => {
      const what = those.length === 1 ? those[0]![0].split("|")[2] : `${those.length} units`;
      return `${name}: no result for ${what}: ${reason}`;
    }),
  ];
}

function hasFlaky(platform: PlatformRun): boolean {
  const failedOnce = new Set(
    platform.ledger.runs.filter((run) => failuresOf(run) > 0).map(({ unit }) => unit.id),
  );
  return countedRuns(platform).some((run) => failedOnce.has(run.unit.id) && failuresOf(run) === 0);
}

/** A test that failed and was not heard of again has failed. */
function hasFailures(tests: readonly TestAttempt[], repeated: boolean): boolean {
  if (repeated) return tests.some(({ result }) => result.outcome === "failed");
  const last = new Map(tests.map((test) => [`${test.platform}\0${testKey(test.result.test)}`, test]));
  return [...last.values()].some(({ result }) => result.outcome === "failed");
}

function hasBroken(platform: PlatformRun): boolean {
  return countedRuns(platform).some(({ end }) => end.end !== "done");
}

function unitAttempts(platform: PlatformRun): UnitAttempt[] {
  const counted = new Set(countedRuns(platform));
  return platform.ledger.runs.map((run) => ({
    unit: run.unit,
    platform: platform.name,
    host: run.host,
    attempt: run.attempt,
    counted: counted.has(run),
    end: run.end,
    ...(run.reproduce === undefined ? {} : { reproduce: run.reproduce }),
    ...(run.log === undefined ? {} : { log: run.log }),
  }));
}

/** Of an attempt after the first, only what was tried for: tests that had failed, and those that had no result. */
function testAttempts(platform: PlatformRun, artifacts: Ran["artifacts"]): TestAttempt[] {
  const runs = platform.ledger.runs.toSorted((a, b) => a.attempt - b.attempt);
  const passed = new Set<string>();
  return runs.flatMap((run) =>
    run.tests.flatMap(({ result, reproduce }): TestAttempt[] => {
      const key = testKey(result.test);
      if (!platform.repeats && run.attempt > 1 && passed.has(key)) return [];
      if (result.outcome !== "failed") passed.add(key);
      // Which test of a file left them, nobody knows; those that failed are asked about.
      const left = result.outcome === "failed" ? artifacts.get(`${platform.name}|${run.unit.id}`) : undefined;
      return [
        {
          platform: platform.name,
          host: run.host,
          unit: run.unit.id,
          attempt: run.attempt,
          result,
          ...(reproduce === undefined ? {} : { reproduce }),
          ...(left === undefined ? {} : { artifacts: left }),
        },
      ];
    }),
  );
}

function platformRecord(platform: PlatformRun, { pool, sent }: Ran): PlatformRecord {
  const names = new Set([...platform.hosts, ...platform.ledger.runs.map(({ host }) => host)]);
  names.delete("");
  const counted = countedRuns(platform);
  return {
    name: platform.name,
    hosts: [...names].map((name): HostRecord => {
      const hosts = pool.all.filter((host) => host.name === name);
      const last = hosts.at(-1);
      const own = counted.filter((run) => run.host === name);
      const problem = pool.unused.find(({ host }) => host === name)?.message;
      const hello = last?.hello;
      return {
        name,
        system: hello === undefined ? "" : `${hello.platform}-${hello.arch}`,
        slots: last?.slots ?? 0,
        units: own.length,
        tests: own.reduce((sum, { tests }) => sum + tests.length, 0),
        busyMs: platform.busyMs.get(name) ?? 0,
        ...(sent.get(name) ?? { sent: 0, saved: 0 }),
        ...(problem === undefined ? {} : { problem }),
      };
    }),
    units: platform.units.length,
    ms: platform.ms,
    complete: platform.missing.size === 0 && platform.unlisted.length === 0 && names.size > 0,
    missing: [...platform.missing].map(([unit, reason]) => ({ unit, reason })),
  };
}
