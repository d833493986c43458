import { whyNoQuotas } from "../../test/lab/cpu-quota.ts";
import { parsedFiles } from "./corpus-files.ts";
import { FleetJob } from "./fleet-job.ts";
import { besideParallel, whyNoParallel } from "./fleet-parallel.ts";
import { withLab } from "./lab-for-bench.ts";
import type { Figures } from "./print.ts";
import { median } from "./statistics.ts";

export interface JobOptions {
  /** Sources; a sample of them is the job. */
  corpus: string;
  megabytes: number;
  /** Of one processor, for each host. */
  processors: number;
  rounds: number;
}

const sizes = [1, 2, 4, 8];
/** What a host of the mixed fleet has in place of a whole share. */
const slow = 0.25;
const slowName = "slow";

/**
 * The same files on fleets of equal hosts, each with the same share of a processor, and on four of which one is slow.
 * The time is from the first lease to the last result; what a host needs to become fast counts. The processor time is
 * that of the whole run: no fleet can be faster than it allows, and other programs disturb it little.
 */
export async function scaling(folder: string, options: JobOptions): Promise<Figures> {
  const names = Array.from({ length: Math.max(...sizes) }, (_, index) => `h${index}`);
  return withJob(folder, options, [...names, slowName], async (job) => {
    const fleets = [...sizes.map((size) => names.slice(0, size)), [...names.slice(0, 3), slowName]];
    const runs = fleets.map((): { ms: number; cpuMs: number }[] => []);
    for (let round = 0; round < options.rounds; round++) {
      for (const [index, fleet] of fleets.entries()) runs[index]?.push(await job.measureMs(fleet));
    }
    const medians = runs.map((each) => median(each.map(({ ms }) => ms)));
    const work = runs.map((each) => median(each.map(({ cpuMs }) => cpuMs)));
    const [alone = 0] = medians;
    const mixed = medians.at(-1) ?? 0;
    const [workAlone = 0] = work;
    const most = Math.max(...sizes);
    const startMs = ((work[sizes.indexOf(most)] ?? 0) - workAlone) / (most - 1);
    return {
      MB: job.megabytes,
      "processors of each host": options.processors,
      hosts: sizes.map((size, index) => {
        const ms = medians[index] ?? 0;
        const cpuMs = work[index] ?? 0;
        return {
          name: `${size} hosts`,
          seconds: ms / 1000,
          times: alone / ms,
          "their processor time, s": cpuMs / 1000,
          "times, as far as that goes": (size * workAlone) / cpuMs,
          "used of their share": cpuMs / (ms * size * options.processors),
        };
      }),
      "what each further host costs, s of its processor": startMs / 1000,
      "three and one at a quarter": { seconds: mixed / 1000, "of the ideal": mixed / (alone / (3 + slow)) },
      "agent beside its worker, MB at most": job.agentBytes / 1e6,
    };
  });
}

/** Four equal hosts, by caelum and by GNU parallel; whole programs. */
export async function parallel(folder: string, options: JobOptions): Promise<Figures> {
  const names = ["h0", "h1", "h2", "h3"];
  const impossible = whyNoParallel();
  if (impossible !== undefined) return { "not measured": impossible };
  return withJob(folder, options, names, async (job) => ({
    MB: job.megabytes,
    ...(await besideParallel(job, names)),
  }));
}

async function withJob(
  folder: string,
  { corpus, megabytes, processors }: JobOptions,
  names: readonly string[],
  use: (job: FleetJob) => Promise<Figures>,
): Promise<Figures> {
  const impossible = whyNoQuotas();
  if (impossible !== undefined) return { "not measured": impossible };
  const files = await parsedFiles(corpus, megabytes);
  return withLab(Object.fromEntries(names.map((name) => [name, {}])), async (lab) => {
    const job = new FleetJob(lab, folder, files);
    try {
      for (const name of names) await job.prepare(name, name === slowName ? processors * slow : processors);
      return await use(job);
    } finally {
      job.close();
    }
  });
}
