import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { openSession } from "#agents";
import type { CaelumEvent } from "#kernel";
import { workerFiles } from "../../src/analysis/run/engine-files.ts";
import type { Lab } from "../../test/lab/lab.ts";
import { caelum } from "./caelum.ts";
import type { CorpusFile } from "./corpus-files.ts";
import { PassingQuota } from "./lab-for-bench.ts";

const blobsAtOnce = 500;
const lookEveryMs = 2000;

/** Files that hosts of a lab are to measure, each with a share of a processor of its own. */
export class FleetJob {
  readonly lab: Lab;
  /** For what is written on the way. */
  readonly folder: string;
  readonly project: string;
  readonly files: readonly CorpusFile[];
  readonly #quotas: PassingQuota[] = [];
  #agentBytes = 0;

  constructor(lab: Lab, folder: string, files: readonly CorpusFile[]) {
    this.lab = lab;
    this.folder = folder;
    this.files = files;
    this.project = path.join(folder, "project");
    for (const { path: name, file } of files) {
      const target = path.join(this.project, name);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, readFileSync(file));
    }
  }

  get megabytes(): number {
    return this.files.reduce((sum, { content }) => sum + content.length, 0) / 1e6;
  }

  /** Resident bytes of an agent in all runs so far, at most. */
  get agentBytes(): number {
    return this.#agentBytes;
  }

  /** Content, agent and bundle are there before anything is measured: processors are what is compared. */
  async prepare(name: string, processors: number): Promise<void> {
    const session = await openSession(this.lab.host(name), { silenceMs: 60_000 });
    try {
      for (let at = 0; at < this.files.length; at += blobsAtOnce) {
        const part = this.files.slice(at, at + blobsAtOnce);
        await session.putBlobs(part.map(({ content }) => ({ sha: sha256(content), bytes: content })));
      }
      await session.startWorkers({ ...(await workerFiles()), slots: 1 });
    } finally {
      await session.close();
    }
    const quota = new PassingQuota(processors);
    this.lab.faults(name).limitTo(quota);
    this.#quotas.push(quota);
  }

  /** Some of the files, on the same hosts. */
  some(count: number): FleetJob {
    const step = Math.max(1, Math.floor(this.files.length / count));
    const files = this.files.filter((_, index) => index % step === 0).slice(0, count);
    return new FleetJob(this.lab, path.join(this.folder, "some"), files);
  }

  /**
   * Milliseconds from the first lease to the last result, and of the hosts' processors for the whole run: the latter
   * says the same on a machine that has other things to do.
   */
  async measureMs(names: readonly string[]): Promise<{ ms: number; cpuMs: number }> {
    const before = this.#usedMs();
    const { summaryMs } = await this.#run(names);
    return { ms: summaryMs, cpuMs: this.#usedMs() - before };
  }

  /** Milliseconds of the whole program. Throws if a file is missing in the report. */
  async wallMs(names: readonly string[]): Promise<number> {
    const { wallMs, report } = await this.#run(names);
    const { files } = JSON.parse(readFileSync(report, "utf8")) as { files: unknown[] };
    if (files.length !== this.files.length)
      throw new Error(`the report has ${files.length} of ${this.files.length} files`);
    return wallMs;
  }

  /** When nothing more is to be measured. */
  close(): void {
    for (const quota of this.#quotas) quota.close();
  }

  async #run(names: readonly string[]): Promise<{ summaryMs: number; wallMs: number; report: string }> {
    const file = path.join(this.folder, "fleet.yaml");
    const hosts = names.map((name) => `  - { name: ${name}, ssh: ${name}, slots: 1 }\n`).join("");
    writeFileSync(file, `sshConfig: ${this.lab.configFile}\nhosts:\n${hosts}`);
    const report = path.join(this.folder, "report.json");
    const flags = ["--fleet", file, "--no-local", "--no-cache", "--format", "json", "-o", report, "--json"];
    // As much as it wants: it is the hosts that are short of time.
    const own = new PassingQuota(64);
    const timer = setInterval(() => this.#lookAtAgents(names), lookEveryMs);
    try {
      const { stderr, wallMs } = await caelum(["analyze", this.project, ...flags], {
        cache: path.join(this.folder, "cache"),
        onStart: (pid) => own.take([pid]),
      });
      return { summaryMs: summaryOf(stderr), wallMs, report };
    } finally {
      clearInterval(timer);
      own.close();
    }
  }

  #usedMs(): number {
    return this.#quotas.reduce((sum, quota) => sum + quota.usedMs(), 0);
  }

  #lookAtAgents(names: readonly string[]): void {
    for (const name of names) {
      this.#agentBytes = Math.max(this.#agentBytes, this.lab.faults(name).agentBytes());
    }
  }
}

function summaryOf(events: string): number {
  const line = events.split("\n").find((text) => text.includes('"fleet.summary"'));
  const summary = line === undefined ? undefined : (JSON.parse(line) as CaelumEvent);
  if (summary?.type !== "fleet.summary") throw new Error("the run was over before it could be measured");
  return summary.ms;
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
