import { createHash } from "node:crypto";
import type { CallToolResult, InputRequiredResult } from "@modelcontextprotocol/server";
import * as v from "valibot";
import { TooManyCallsError } from "./admission.ts";
import { CancelledError, currentCaller, redact } from "#kernel";
import { type Answer, conciseBytes, detailedBytes, resultOf } from "./answer.ts";
import { ConsentNeeded } from "./consent.ts";
import { argumentsAnswer, errorAnswer } from "./error-answer.ts";
import type { Job, JobWork } from "./jobs.ts";
import type { McpState } from "./state.ts";
import type { Tool } from "./tool.ts";
import { type Caller, contextFor } from "./tool-context.ts";

export interface Call extends Caller {
  tool: Tool;
  input: unknown;
  onProgress?: ((done: number, total: number | undefined, message: string) => void) | undefined;
}

/** One call from its arguments to its result. Never rejects, except when it was cancelled: then nobody waits. */
export async function callTool(state: McpState, call: Call): Promise<CallToolResult | InputRequiredResult> {
  const { detail } = (call.input ?? {}) as { detail?: unknown };
  try {
    const answer = await answerTo(state, call);
    const budget = detail === true ? detailedBytes : conciseBytes;
    return resultOf(answer, budget, (rows) => state.results.keep(rows, call.owner));
  } catch (error) {
    if (error instanceof ConsentNeeded) return state.consent.question(error.action);
    throw error;
  }
}

/** What a tool says, let in, counted and written down. Rejects with a ConsentNeeded, or a CancelledError when nobody waits. */
export async function answerTo(state: McpState, call: Call): Promise<Answer> {
  const { tool, tenant } = call;
  const startedAt = performance.now();
  let answer: Answer;
  try {
    const leave = state.admission.enter(tenant);
    try {
      const parsed = v.safeParse(tool.input, call.input ?? {});
      if (parsed.success) {
        await state.ready();
        answer = await run(state, call, parsed.output);
      } else answer = argumentsAnswer(tool.name, parsed.issues, Object.keys(tool.input.entries));
    } finally {
      leave();
    }
  } catch (error) {
    if (error instanceof ConsentNeeded) throw error;
    if (call.signal.aborted) throw error instanceof CancelledError ? error : new CancelledError();
    if (isDefect(error)) state.log(`defect in ${tool.name}: ${redact(error.stack ?? error.message)}`);
    if (error instanceof TooManyCallsError) state.metrics.refused();
    answer = errorAnswer(error);
  }
  const ms = performance.now() - startedAt;
  describe(answer);
  audit(state, call, answer, ms);
  state.metrics.called(tool.name, tenant, ms, answer.isError === true);
  return answer;
}

/** What a trace says of an answer: no text of it. */
function describe({ facts = {} }: Answer): void {
  const { error, job } = facts;
  currentCaller()?.span?.set({
    "caelum.error.code": typeof error === "string" ? error : undefined,
    "caelum.job.id": typeof job === "string" ? job : undefined,
  });
}

/** Reads go on without a log; what acts has been refused by then. */
function audit(state: McpState, { tool, tenant, input }: Call, answer: Answer, ms: number): void {
  const digest = createHash("sha256")
    .update(JSON.stringify(input ?? {}))
    .digest("base64url");
  const { error, job } = answer.facts ?? {};
  try {
    state.audit.append({
      type: "call",
      tool: tool.name,
      tenant,
      input: digest,
      ms: Math.round(ms),
      ...(answer.isError === true ? { error: error ?? true } : {}),
      ...(job === undefined ? {} : { job }),
    });
  } catch (failure) {
    state.log(failure instanceof Error ? failure.message : String(failure));
  }
}

async function run(state: McpState, { tool, onProgress, ...caller }: Call, input: unknown): Promise<Answer> {
  const { owner, signal } = caller;
  const work = (port: JobWork): Promise<Answer> | Answer =>
    tool.run(
      input as never,
      contextFor(state, { ...caller, signal: port.signal }, (done, total, message) => {
        port.progress(total === undefined ? message : `${message} ${done} of ${total}`);
        onProgress?.(done, total, message);
      }),
    );
  // A question about jobs is none itself.
  if (tool.toolset === "jobs") return work({ signal, progress: () => undefined });
  const outcome = await state.jobs.run(tool.name, owner, signal, work);
  return "summary" in outcome ? outcome : handOver(outcome);
}

function handOver({ id, tool, progress }: Job): Answer {
  return {
    summary: `${tool} goes on as ${id} (${progress}); ask job_status for its result, or job_cancel to stop it`,
    facts: { job: id, state: "running" },
  };
}

function isDefect(error: unknown): error is Error {
  return error instanceof Error && !("exitCode" in error);
}
