import type * as v from "valibot";
import type { CodeService } from "#analysis/service";
import type { Fleet } from "#fleet";
import type { Action } from "#security";
import type { TestOptions } from "#testing";
import type { Answer } from "./answer.ts";
import type { Jobs } from "./jobs.ts";
import type { Metrics } from "./metrics.ts";

export type Toolset = "code" | "fleet" | "jobs" | "admin" | "servers";

/** What a tool may do; `--read-only` leaves those out that act. */
export type Capability = "read" | "act" | "admin";

/** One tool: what it takes, what it may do, and one function. Names, titles and descriptions are read by models. */
export interface Tool<Schema extends InputSchema = InputSchema> {
  name: string;
  /** At most 120 characters. */
  description: string;
  toolset: Toolset;
  capability: Capability;
  input: Schema;
  /** What clients are told it takes, where `input` does not say it: tools of other servers. */
  inputSchema?: Readonly<Record<string, unknown>>;
  annotations?: { destructiveHint?: boolean; openWorldHint?: boolean; idempotentHint?: boolean };
  run(input: v.InferOutput<Schema>, context: ToolContext): Promise<Answer> | Answer;
}

export type InputSchema =
  | v.StrictObjectSchema<v.ObjectEntries, undefined>
  | v.LooseObjectSchema<v.ObjectEntries, undefined>;

/** What every tool call gets to work with. */
export interface ToolContext {
  readonly code: CodeService;
  readonly jobs: Jobs;
  readonly metrics: Metrics;
  /** Whose jobs and results can be seen: those of its own token over HTTP; over stdio there is one. */
  readonly owner: string;
  readonly signal: AbortSignal;
  /** The person's settings for runs of tests. */
  readonly tests: TestSettings;
  /** The person's machines. @throws UsageError when there is no fleet file */
  readonly fleet: () => Promise<Fleet>;
  /**
   * Asks policy and person. The time it may take, and the environment it gets. @throws DeniedError, PolicyError,
   * AuditError, or a ConsentNeeded that becomes a question to the person
   */
  readonly authorize: (action: Action) => Promise<Grant>;
  /** Our own words, no text of files or hosts. */
  readonly progress: (done: number, total: number | undefined, message: string) => void;
}

export type TestSettings = Pick<TestOptions, "include" | "cacheFolder" | "workspaceBytes">;

export interface Grant {
  timeoutMs: number;
  env: Readonly<Record<string, string>>;
  /** Writes to the audit log how it ended. */
  readonly record: (outcome: Readonly<Record<string, unknown>>) => void;
}

/** Keeps the types of a tool's input for its own function, and forgets them for the list. */
export function tool<Schema extends InputSchema>(definition: Tool<Schema>): Tool {
  return definition;
}
