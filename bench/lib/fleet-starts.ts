import { rmSync } from "node:fs";
import path from "node:path";
import { openSession } from "#agents";
import { whyNoQuotas } from "../../test/lab/cpu-quota.ts";
import type { Lab } from "../../test/lab/lab.ts";
import { PassingQuota, withLab } from "./lab-for-bench.ts";
import type { Figures } from "./print.ts";
import { runCommand } from "./run-command.ts";
import { median } from "./statistics.ts";

const names = ["a", "b", "c", "d"];
const rounds = 9;
/** Of a processor, for a host that must not share one with its neighbours. */
const own = 0.3;

/**
 * From nothing to an agent that has said hello, milliseconds. The hosts are all this machine, so four starts at once also
 * share its processors: `ssh host node -e 0`, four at once, says what that costs by itself, and hosts with a share of
 * their own show what is left when they do not compete.
 */
export async function starts(): Promise<Figures> {
  const hosts = Object.fromEntries(names.map((name) => [name, {}]));
  return withLab({ ...hosts, bare: { noNode: true } }, async (lab) => {
    const quotas: PassingQuota[] = [];
    try {
      return await startsIn(lab, quotas);
    } finally {
      for (const quota of quotas) quota.close();
    }
  });
}

async function startsIn(lab: Lab, quotas: PassingQuota[]): Promise<Figures> {
  const ahead = first(lab, quotas);
  const cold: number[] = [];
  for (const name of names) cold.push((await open(lab, name)).ms);
  const figures = await compare(lab);
  const shipped: number[] = [];
  for (let round = 0; round < 3; round++) {
    rmSync(path.join(lab.home("bare"), ".cache"), { recursive: true, force: true });
    shipped.push((await open(lab, "bare")).ms);
  }
  const apart = limit(lab, quotas) ? await compare(lab) : undefined;
  return {
    "goes before what else runs here": ahead ? "yes" : "no",
    "agent sent, ms": median(cold),
    "agent and Node sent, ms": median(shipped),
    "hosts that share this machine": figures,
    ...(apart === undefined ? {} : { [`hosts with ${own} processors each`]: apart }),
  };
}

/** Whatever else runs on this machine waits: without that, the more is started at once, the less of it is ours. */
function first(lab: Lab, quotas: PassingQuota[]): boolean {
  if (whyNoQuotas() !== undefined) return false;
  const all = new PassingQuota(64);
  for (const name of [...names, "bare"]) lab.faults(name).limitTo(all);
  all.take([process.pid]);
  quotas.push(all);
  return true;
}

function limit(lab: Lab, quotas: PassingQuota[]): boolean {
  if (whyNoQuotas() !== undefined) return false;
  for (const name of names) {
    const quota = new PassingQuota(own);
    lab.faults(name).limitTo(quota);
    quotas.push(quota);
  }
  return true;
}

async function compare(lab: Lab): Promise<Figures> {
  const times = {
    one: [] as number[],
    four: [] as number[],
    bareOne: [] as number[],
    bareFour: [] as number[],
  };
  const cpu = { one: [] as number[], four: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const one = await open(lab, "a");
    const four = await open(lab, ...names);
    times.one.push(one.ms);
    times.four.push(four.ms);
    cpu.one.push(one.cpuMs);
    cpu.four.push(four.cpuMs);
    times.bareOne.push(await bare(lab, "a"));
    times.bareFour.push(await bare(lab, ...names));
  }
  return {
    "warm, ms": median(times.one),
    "four at once, ms": median(times.four),
    "four / one": median(times.four) / median(times.one),
    "processor time of caelum itself: one, ms": median(cpu.one),
    "four, ms": median(cpu.four),
    "ssh host node -e 0, ms": median(times.bareOne),
    "the same: four / one": median(times.bareFour) / median(times.bareOne),
  };
}

async function open(lab: Lab, ...hosts: string[]): Promise<{ ms: number; cpuMs: number }> {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  const sessions = await Promise.all(hosts.map((name) => openSession(lab.host(name))));
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  for (const session of sessions) await session.close();
  return { ms, cpuMs: (user + system) / 1000 };
}

async function bare(lab: Lab, ...hosts: string[]): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    hosts.map(async (name) => {
      const { exitCode, stderr } = await runCommand("ssh", ["-F", lab.configFile, name, "node", "-e", "0"]);
      if (exitCode !== 0) throw new Error(`ssh ${name} ended with ${exitCode}: ${stderr}`);
    }),
  );
  return performance.now() - startedAt;
}
