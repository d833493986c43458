/**
 * How long `caelum test` takes beside the best that could be had, on hosts of the lab (real sshd on this machine) that
 * have the same share of a processor each, or two of them 0.6 of it; and beside what the runners have of their own.
 *
 *     node bench/test.ts [--only find-my-way,zod,networkx] [--processors 0.3] [--times 3]
 *
 * "of the ideal": from the first lease to the last result, over the time of all units, each brought to the speed of a whole
 * host, shared out by the hosts' speeds without any loss. The strict measure: no start of a runner, no listing is in the
 * ideal. "whole command": from typing to the prompt, with connecting, sync, listing and the end; beside the same of one host,
 * which has to do all that too. Cold: nothing is known of the suite. Of several tries the median.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { TestRunRecord } from "../src/testing/index.ts";
import { type RealSuite, realSuites, zodSuite } from "../test/helpers/testing/real-suites.ts";
import { CpuQuota, whyNoQuotas } from "../test/lab/cpu-quota.ts";
import { Lab, whyNoLab } from "../test/lab/lab.ts";
import { withTemporary } from "./lib/caelum.ts";
import { type OtherSplit, otherSplits, placeOn } from "./lib/other-splits.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { runCommand } from "./lib/run-command.ts";
import { median } from "./lib/statistics.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "find-my-way,zod,networkx" },
    processors: { type: "string", default: "0.3" },
    times: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});

const caelumFile = path.resolve(import.meta.dirname, "../bin/caelum.js");
const speeds: Readonly<Record<string, number>> = { h0: 1, h1: 1, h2: 1, h3: 1, s0: 0.6, s1: 0.6 };
const equal = ["h0", "h1", "h2", "h3"];
const mixed = ["h0", "h1", "s0", "s1"];

/** A part of zod's files: all of them take minutes on a third of a processor. */
const suites: Readonly<Record<string, RealSuite>> = {
  ...Object.fromEntries(Object.entries(realSuites).filter(([name]) => !/^(?:zod|pflag)/.test(name))),
  "zod 4.6.7, v3 (vitest)": zodSuite("src/v3/**/*.test.ts"),
};

interface Ran {
  record: TestRunRecord;
  wallMs: number;
}

/** One run over these hosts. `home`: what is known of earlier runs lies there. */
async function runOn(lab: Lab, project: string, names: readonly string[], home: string): Promise<Ran> {
  mkdirSync(home, { recursive: true });
  const fleet = path.join(home, "fleet.yaml");
  const hosts = names.map((name) => `  - { name: ${name}, ssh: ${name}, slots: 1 }\n`).join("");
  writeFileSync(fleet, `sshConfig: ${lab.configFile}\nhosts:\n${hosts}`);
  const args = [caelumFile, "test", project, "--fleet", fleet, "--no-local", "--retry", "0", "--json"];
  const env = {
    HOME: home,
    XDG_STATE_HOME: path.join(home, "state"),
    XDG_CACHE_HOME: path.join(home, "cache"),
  };
  const { exitCode, stdout, stderr, wallMs } = await runCommand(process.execPath, args, { env });
  if (exitCode !== 0 && exitCode !== 1) throw new Error(`exit code ${exitCode}: ${stderr.slice(-2000)}`);
  return { record: JSON.parse(stdout) as TestRunRecord, wallMs };
}

function msOf({ record }: Ran): number {
  return record.platforms[0]?.ms ?? 0;
}

function ofIdeal(ran: Ran, names: readonly string[]): number {
  const work = ran.record.units.reduce((sum, { host, end }) => sum + end.ms * (speeds[host] ?? 1), 0);
  return msOf(ran) / (work / sumOf(names));
}

function sumOf(names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (speeds[name] ?? 1), 0);
}

function shown(runs: readonly Ran[], names: readonly string[]): Figures {
  return {
    seconds: median(runs.map((ran) => msOf(ran) / 1000)),
    "of the ideal": median(runs.map((ran) => ofIdeal(ran, names))),
    "whole command, seconds": median(runs.map(({ wallMs }) => wallMs / 1000)),
  };
}

async function repeated<T>(work: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  for (let index = 0; index < Number(values.times); index++) made.push(await work(index));
  return made;
}

async function measure(
  lab: Lab,
  folder: string,
  suite: RealSuite,
  other: OtherSplit | undefined,
  limit: () => void,
): Promise<Figures> {
  const project = path.join(folder, "project");
  await suite.place(project);
  // Host by host, so that each has the tree and what set-up makes: sync is measured elsewhere.
  for (const name of Object.keys(speeds))
    await runOn(lab, project, [name], path.join(folder, `warm-up-${name}`));
  placeOn(lab, Object.keys(speeds), project);
  limit();
  const home = path.join(folder, "home");
  const cold = await repeated((index) => runOn(lab, project, mixed, path.join(folder, `cold-${index}`)));
  await runOn(lab, project, mixed, home);
  const timed = await repeated(() => runOn(lab, project, mixed, home));
  const one = await repeated(() => runOn(lab, project, equal.slice(0, 1), home));
  const four = await repeated(() => runOn(lab, project, equal, home));
  const [alone, together] = [one, four].map((runs) => median(runs.map(msOf))) as [number, number];
  const [aloneAll, togetherAll] = [one, four].map((runs) => median(runs.map(({ wallMs }) => wallMs))) as [
    number,
    number,
  ];
  const splits =
    other === undefined
      ? {}
      : {
          [`the same four, two at 0.6, by ${other.name}`]: {
            "whole command, seconds": median(
              (await repeated(() => other.run(lab, mixed))).map((ms) => ms / 1000),
            ),
          },
        };
  return {
    files: timed[0]?.record.units.length ?? 0,
    tests: timed[0]?.record.tests.length ?? 0,
    "4 hosts, two at 0.6, cold": shown(cold, mixed),
    "4 hosts, two at 0.6, with timings": shown(timed, mixed),
    ...splits,
    "4 equal hosts against one": {
      "one, seconds": alone / 1000,
      "four, seconds": together / 1000,
      times: alone / together,
      "times, whole command": aloneAll / togetherAll,
    },
  };
}

async function all(folder: string): Promise<Figures> {
  const impossible = whyNoLab() ?? whyNoQuotas();
  if (impossible !== undefined) return { "not measured": impossible };
  const processors = Number(values.processors);
  const lab = await Lab.start(Object.fromEntries(Object.keys(speeds).map((name) => [name, {}])));
  const quotas = new Map(
    Object.entries(speeds).map(([name, speed]) => [name, new CpuQuota(processors * speed)]),
  );
  // What is there already brings all that it starts later along.
  const limit = (): void => quotas.forEach((quota, name) => lab.faults(name).limitTo(quota));
  try {
    const figures: Record<string, Figures> = {};
    for (const [name, suite] of Object.entries(suites)) {
      if (!values.only.split(",").some((wanted) => name.startsWith(wanted))) continue;
      const own = path.join(folder, String(Object.keys(figures).length));
      mkdirSync(own);
      const other = Object.entries(otherSplits).find(([start]) => name.startsWith(start))?.[1];
      figures[name] = await measure(lab, own, suite, other, limit);
    }
    return { "processors of a whole host": processors, ...figures };
  } finally {
    await lab.stop();
    for (const quota of quotas.values()) quota.close();
  }
}

printFigures("tests", await withTemporary(all));
