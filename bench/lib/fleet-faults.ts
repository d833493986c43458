import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openSession } from "#agents";
import type { CaelumEvent } from "#kernel";
import { workerFiles } from "../../src/analysis/run/engine-files.ts";
import { whyNoQuotas } from "../../test/lab/cpu-quota.ts";
import type { Lab, LabHost } from "../../test/lab/lab.ts";
import { caelum } from "./caelum.ts";
import { parsedFiles } from "./corpus-files.ts";
import { FaultWatch } from "./fault-watch.ts";
import { PassingQuota, withLab } from "./lab-for-bench.ts";
import type { Figures } from "./print.ts";
import { median } from "./statistics.ts";

interface Fault {
  strike(host: LabHost): void | Promise<void>;
  /** Makes the host whole again. */
  end?(host: LabHost): void | Promise<void>;
}

const faults: Readonly<Record<string, Fault>> = {
  "it freezes": { strike: (host) => host.freeze(), end: (host) => host.thaw() },
  "its link goes down": { strike: (host) => host.link.pull(), end: (host) => host.link.plug() },
  "it crashes": { strike: (host) => host.crash(), end: (host) => host.boot() },
  "its connection is killed": { strike: (host) => host.killConnections() },
  "its agent is killed": { strike: (host) => host.killAgents() },
  "its worker is killed": { strike: (host) => host.killWorkers() },
  "its sshd stands still, its connection is reset": {
    strike: (host) => {
      host.stopListener();
      host.link.cut();
    },
    end: (host) => host.wakeListener(),
  },
};

/** Enough for a run of some ten seconds over links this slow. */
const megabytes = 6;
const bytesPerSecond = 80_000;
/** Without a change within this time something is wrong. */
const giveUpMs = 30_000;

/**
 * What befalls one of two hosts in the middle of a run: how long until people are told, and until the last of what it
 * had is answered by whoever did it again. Both links are slow, so that the run lasts long enough on any machine.
 */
export async function faultTimes(folder: string, corpus: string, rounds: number): Promise<Figures> {
  const own = whyNoQuotas() === undefined ? new PassingQuota(64) : undefined;
  // All of it goes before what else runs here: hosts and command are started by this process.
  own?.take([process.pid]);
  try {
    return { "one of two hosts, in mid-run": await measureAll(folder, corpus, rounds) };
  } finally {
    own?.close();
  }
}

async function measureAll(folder: string, corpus: string, rounds: number): Promise<Figures[]> {
  const project = path.join(folder, "faults");
  for (const { path: name, file } of await parsedFiles(corpus, megabytes)) {
    const target = path.join(project, name);
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(file, target);
  }
  const rows: Figures[] = [];
  for (const [name, fault] of Object.entries(faults)) {
    const times: { seenMs: number; redoneMs: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      // Fresh hosts: what they have of the files already would make the run short.
      times.push(await withLab({ good: {}, bad: {} }, (lab) => strikeOnce(lab, fault, project, folder)));
    }
    rows.push({
      name,
      "seen after, s": median(times.map(({ seenMs }) => seenMs)) / 1000,
      "redone after, s": median(times.map(({ redoneMs }) => redoneMs)) / 1000,
      "the longest, s": Math.max(...times.map(({ redoneMs }) => redoneMs)) / 1000,
    });
  }
  return rows;
}

async function strikeOnce(
  lab: Lab,
  fault: Fault,
  project: string,
  folder: string,
): Promise<{ seenMs: number; redoneMs: number }> {
  const fleet = path.join(folder, "faults.yaml");
  const hosts = ["good", "bad"].map((name) => `  - { name: ${name}, ssh: ${name}, slots: 1 }\n`).join("");
  writeFileSync(fleet, `sshConfig: ${lab.configFile}\nhosts:\n${hosts}`);
  for (const name of ["good", "bad"]) {
    // Agent, worker and grammars are there: what goes over the link from now on are files.
    const session = await openSession(lab.host(name), { silenceMs: 60_000 });
    await session.startWorkers({ ...(await workerFiles()), slots: 1 });
    await session.close();
    lab.link(name).turn({ bytesPerSecond });
  }
  const watch = new FaultWatch("bad");
  const report = path.join(folder, "faults.json");
  const flags = ["--fleet", fleet, "--no-local", "--no-cache", "--format", "json", "-o", report, "--json"];
  const stop = new AbortController();
  let rest = "";
  const run = caelum(["analyze", project, ...flags], {
    cache: path.join(folder, "cache"),
    signal: stop.signal,
    onStderr: (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("{")) watch.take(JSON.parse(line) as CaelumEvent);
    },
  });
  const over = run.then(() => {
    throw new Error("the run was over before the fault had been seen and redone");
  });
  over.catch(() => undefined);
  try {
    await Promise.race([over, until("it works", () => watch.isWorking)]);
    watch.begin(Date.now());
    await fault.strike(lab.faults("bad"));
    await Promise.race([over, until("it is seen and redone", () => watch.times !== undefined)]);
    // What there was to see has been seen.
    for (const name of ["good", "bad"]) lab.link(name).turn({});
    await fault.end?.(lab.faults("bad"));
    await run;
  } finally {
    stop.abort();
    await run.catch(() => undefined);
  }
  const { times } = watch;
  if (times === undefined) throw new Error("the watch has forgotten what it saw");
  return times;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  while (!holds()) {
    if (performance.now() > deadline)
      throw new Error(`within ${giveUpMs / 1000} s it never came true that ${what}`);
    await sleep(5);
  }
}
