import { randomBytes } from "node:crypto";
import { CancelledError, errorType, startSpan } from "#kernel";
import type { Answer } from "./answer.ts";

export type JobState = "running" | "done" | "failed" | "cancelled";

/** Work that went on after its call was answered. */
export interface Job {
  readonly id: string;
  readonly tool: string;
  /** Who may see and cancel it. */
  readonly owner: string;
  /** When its call came. */
  readonly startedAt: number;
  state: JobState;
  endedAt?: number;
  /** Our own words. */
  progress: string;
  answer?: Answer;
  error?: unknown;
}

interface Live extends Job {
  controller: AbortController;
  over: Promise<void>;
}

const keptJobs = 200;
const maxRunning = 32;

export interface JobWork {
  /** Aborted when the job is cancelled, or when its call is, as long as that waits. */
  signal: AbortSignal;
  progress(message: string): void;
}

/**
 * Runs work and waits for it for a while. What takes longer becomes a job: the call is answered with its name, the work
 * goes on without the client, and can be looked at and cancelled by it or the next one.
 */
export class Jobs {
  readonly #jobs = new Map<string, Live>();
  readonly #handOverMs: number;

  constructor(handOverMs: number) {
    this.#handOverMs = handOverMs;
  }

  get running(): number {
    return [...this.#jobs.values()].filter(({ state }) => state === "running").length;
  }

  /** The work's answer, or the job that it has become. Rejects as the work does while the call waits for it. */
  async run(
    tool: string,
    owner: string,
    signal: AbortSignal,
    work: (port: JobWork) => Promise<Answer> | Answer,
  ): Promise<Answer | Job> {
    const startedAt = Date.now();
    const controller = new AbortController();
    const abort = (): void => controller.abort(new CancelledError(undefined, { cause: signal.reason }));
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    let job: Live | undefined;
    let said = "started";
    const port: JobWork = {
      signal: controller.signal,
      progress: (message) => {
        said = message;
        if (job !== undefined) job.progress = message;
      },
    };
    const outcome = (async () => work(port))();
    const { promise: late, resolve: beLate } = Promise.withResolvers<"late">();
    const timer = setTimeout(() => beLate("late"), this.#handOverMs);
    try {
      const first = await Promise.race([outcome, late]);
      if (first !== "late") return first;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
    job = this.#add({ tool, owner, startedAt, progress: said }, controller, outcome);
    return job;
  }

  /** Newest first. */
  list(owner: string): readonly Job[] {
    return [...this.#jobs.values()].filter((job) => job.owner === owner).toReversed();
  }

  get(id: string, owner: string): Job | undefined {
    const job = this.#jobs.get(id);
    return job?.owner === owner ? job : undefined;
  }

  /** Resolves when the work has really stopped. False: there is no such job, or it was over. */
  async cancel(id: string): Promise<boolean> {
    const job = this.#jobs.get(id);
    if (job?.state !== "running") return false;
    job.controller.abort(new CancelledError("the job was cancelled"));
    await job.over;
    return true;
  }

  /** Waits until the job is over, at most so long. */
  async wait(id: string, ms: number, signal: AbortSignal): Promise<void> {
    const job = this.#jobs.get(id);
    if (job?.state !== "running" || ms <= 0) return;
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const stop = (): void => resolve();
    signal.addEventListener("abort", stop, { once: true });
    await Promise.race([job.over, enough]);
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#jobs.keys()].map((id) => this.cancel(id)));
  }

  #add(
    begun: Pick<Job, "tool" | "owner" | "startedAt" | "progress">,
    controller: AbortController,
    outcome: Promise<Answer>,
  ): Live {
    const { tool } = begun;
    // Nobody looks after hundreds of them: the oldest of whoever has most makes room.
    const running = [...this.#jobs.values()].filter(({ state }) => state === "running");
    if (running.length >= maxRunning)
      oldestOfMost(running)?.controller.abort(new CancelledError("too many jobs run"));
    if (this.#jobs.size >= keptJobs) {
      const last = oldestOfMost([...this.#jobs.values()].filter(({ state }) => state !== "running"));
      if (last !== undefined) this.#jobs.delete(last.id);
    }
    const id = `job-${randomBytes(6).toString("hex")}`;
    // What the call's own span does not show, since it is over.
    const span = startSpan(`job ${tool}`, { attributes: { "gen_ai.tool.name": tool, "caelum.job.id": id } });
    const settle = async (): Promise<void> => {
      try {
        const answer = await outcome;
        span?.end(answer.isError === true ? "tool_error" : undefined);
        Object.assign(job, { state: "done", answer });
      } catch (error) {
        span?.end(controller.signal.aborted ? "CAELUM_CANCELLED" : errorType(error));
        Object.assign(job, { state: controller.signal.aborted ? "cancelled" : "failed", error });
      }
      job.endedAt = Date.now();
    };
    const job: Live = {
      ...begun,
      id,
      state: "running",
      controller,
      over: settle(),
    };
    this.#jobs.set(job.id, job);
    return job;
  }
}

/** The first of the owner who has most of these. */
function oldestOfMost(jobs: readonly Live[]): Live | undefined {
  const counts = new Map<string, number>();
  for (const { owner } of jobs) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return jobs.find(({ owner }) => counts.get(owner) === most);
}
