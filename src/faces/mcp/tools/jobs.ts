import * as v from "valibot";
import { UsageError } from "#kernel";
import type { Answer } from "../answer.ts";
import { errorAnswer } from "../error-answer.ts";
import { fields } from "../fields.ts";
import type { Job } from "../jobs.ts";
import { tool } from "../tool.ts";

export const jobStatus = tool({
  name: "job_status",
  description: "Jobs of this server, or one with its result; waitSeconds (at most 20) waits for it to end.",
  toolset: "jobs",
  capability: "read",
  input: v.strictObject({
    id: v.optional(fields.name(40)),
    waitSeconds: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(20))),
    detail: fields.detail,
  }),
  async run({ id, waitSeconds = 0 }, { jobs, owner, signal }): Promise<Answer> {
    if (id === undefined) return listed(jobs.list(owner));
    const job = jobs.get(id, owner);
    if (job === undefined) throw noSuchJob();
    await jobs.wait(id, waitSeconds * 1000, signal);
    if (job.state === "running" || job.state === "cancelled")
      return { summary: lineOf(job), facts: { job: job.id, state: job.state } };
    const answer = job.answer ?? errorAnswer(job.error);
    return {
      ...answer,
      summary: `${lineOf(job)}; ${answer.summary}`,
      facts: { ...answer.facts, job: job.id, state: job.state },
    };
  },
});

export const jobCancel = tool({
  name: "job_cancel",
  description: "Stop a job; answers once its work has really stopped, on hosts too.",
  toolset: "jobs",
  capability: "act",
  annotations: { idempotentHint: true },
  input: v.strictObject({ id: fields.name(40) }),
  async run({ id }, { jobs, owner }): Promise<Answer> {
    const before = jobs.get(id, owner);
    if (before === undefined) throw noSuchJob();
    const stopped = await jobs.cancel(id);
    const { state } = before;
    return {
      summary: stopped ? `${id} has stopped` : `${id} was over already: ${state}`,
      facts: { job: id, state },
    };
  },
});

function noSuchJob(): UsageError {
  return new UsageError("there is no such job", { hint: "job_status without id lists them" });
}

function listed(jobs: readonly Job[]): Answer {
  const running = jobs.filter(({ state }) => state === "running").length;
  const shown = jobs.slice(0, 20).map(lineOf);
  return {
    summary: [`${jobs.length} jobs, ${running} running`, ...shown].join("\n"),
    facts: { jobs: jobs.length, running },
  };
}

function lineOf({ id, tool, state, progress, startedAt, endedAt }: Job): string {
  const seconds = Math.round(((endedAt ?? Date.now()) - startedAt) / 1000);
  return `${id} ${tool} ${state}${state === "running" ? ` (${progress})` : ""}, ${seconds} s`;
}
