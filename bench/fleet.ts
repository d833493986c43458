/**
 * What a fleet gains and costs, on hosts of the lab (real sshd on this machine).
 *
 *     node bench/fleet.ts [--only starts,scaling,framing] [--megabytes 8] [--processors 0.2] [--json]
 *
 * Scaling gives each host the same share of a processor, since all of them are this machine.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { openSession } from "#agents";
import type { CaelumEvent } from "#kernel";
import { requireCorpus } from "../scripts/corpus-fetch.ts";
import { CpuQuota, whyNoQuotas } from "../test/lab/cpu-quota.ts";
import { Lab, whyNoLab } from "../test/lab/lab.ts";
import { caelum, withTemporary } from "./lib/caelum.ts";
import { parsedFiles } from "./lib/corpus-files.ts";
import { framing } from "./lib/framing.ts";
import { type Figures, printFigures } from "./lib/print.ts";
import { median } from "./lib/statistics.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "starts,scaling,framing" },
    megabytes: { type: "string", default: "8" },
    processors: { type: "string", default: "0.2" },
    json: { type: "boolean", default: false },
  },
});
const sizes = [1, 2, 4, 8];

/** Session open and agent ready, milliseconds: nothing missing, the agent missing, four hosts at once. */
async function starts(): Promise<Figures> {
  const names = ["a", "b", "c", "d"];
  const lab = await Lab.start(Object.fromEntries(names.map((name) => [name, {}])));
  try {
    const open = async (...hosts: string[]): Promise<number> => {
      const startedAt = performance.now();
      const sessions = await Promise.all(hosts.map((name) => openSession(lab.host(name))));
      const ms = performance.now() - startedAt;
      for (const session of sessions) await session.close();
      return ms;
    };
    const cold = median([await open("a"), await open("b"), await open("c"), await open("d")]);
    const warm: number[] = [];
    const together: number[] = [];
    for (let round = 0; round < 9; round++) {
      warm.push(await open("a"));
      together.push(await open(...names));
    }
    return {
      "warm, ms": median(warm),
      "agent sent, ms": cold,
      "four hosts at once, ms": median(together),
      "four / one": median(together) / median(warm),
    };
  } finally {
    await lab.stop();
  }
}

/** The same files on fleets of equal hosts; the time is from the first lease to the last result. */
async function scaling(folder: string): Promise<Figures> {
  const impossible = whyNoQuotas();
  if (impossible !== undefined) return { "not measured": impossible };
  const project = path.join(folder, "project");
  const megabytes = await sampleInto(project);
  const names = Array.from({ length: Math.max(...sizes) }, (_, index) => `h${index}`);
  const lab = await Lab.start(Object.fromEntries(names.map((name) => [name, {}])));
  const quotas: CpuQuota[] = [];
  try {
    // Content is there before anything is measured: the processors are what is compared.
    for (const name of names) await measure(lab, folder, project, [name]);
    for (const name of names) {
      const quota = new CpuQuota(Number(values.processors));
      lab.faults(name).limitTo(quota);
      quotas.push(quota);
    }
    const rows: Figures[] = [];
    let alone = 0;
    for (const size of sizes) {
      const ms = await measure(lab, folder, project, names.slice(0, size));
      if (size === 1) alone = ms;
      rows.push({ name: `${size} hosts`, seconds: ms / 1000, times: alone / ms });
    }
    return { MB: megabytes, "processors of each host": Number(values.processors), hosts: rows };
  } finally {
    await lab.stop();
    for (const quota of quotas) quota.close();
  }
}

async function measure(lab: Lab, folder: string, project: string, names: readonly string[]): Promise<number> {
  const file = path.join(folder, "fleet.yaml");
  const hosts = names.map((name) => `  - { name: ${name}, ssh: ${name}, slots: 1 }\n`).join("");
  writeFileSync(file, `sshConfig: ${lab.configFile}\nhosts:\n${hosts}`);
  const report = path.join(folder, "report.json");
  const flags = ["--fleet", file, "--no-local", "--no-cache", "--format", "json", "-o", report, "--json"];
  const { stderr } = await caelum(["analyze", project, ...flags], { cache: path.join(folder, "cache") });
  const events = stderr
    .split("\n")
    .filter((line) => line.includes('"fleet.summary"'))
    .map((line) => JSON.parse(line) as CaelumEvent);
  const [summary] = events;
  if (summary?.type !== "fleet.summary") throw new Error("the run was over before it could be measured");
  return summary.ms;
}

async function sampleInto(project: string): Promise<number> {
  const files = await parsedFiles(await requireCorpus("standard"), Number(values.megabytes));
  for (const { path: name, file } of files) {
    const target = path.join(project, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, readFileSync(file));
  }
  return files.reduce((sum, { content }) => sum + content.length, 0) / 1e6;
}

const impossible = whyNoLab();
const wanted = values.only.split(",");
const figures = await withTemporary(async (folder): Promise<Figures> => {
  const noLab = { "not measured": impossible };
  return {
    ...(wanted.includes("starts") && { starts: impossible === undefined ? await starts() : noLab }),
    ...(wanted.includes("framing") && { framing: await framing() }),
    ...(wanted.includes("scaling") && {
      scaling: impossible === undefined ? await scaling(folder) : noLab,
    }),
  };
});
printFigures("fleet", figures);
