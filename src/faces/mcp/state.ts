import type { CodeService } from "#analysis/service";
import type { Fleet } from "#fleet";
import type { AuditLog } from "#security";
import type { Telemetry } from "../telemetry/index.ts";
import type { Admission } from "./admission.ts";
import type { ClientRoots } from "./client-roots.ts";
import type { Consent } from "./consent.ts";
import type { Jobs } from "./jobs.ts";
import type { Metrics } from "./metrics.ts";
import type { ResultStore } from "./result-store.ts";
import type { TestSettings, Tool } from "./tool.ts";

/** What all connections of a server share. */
export interface McpState {
  readonly version: string;
  readonly code: CodeService;
  readonly jobs: Jobs;
  readonly results: ResultStore;
  readonly metrics: Metrics;
  readonly admission: Admission;
  /** Those that are listed, in the order of the list. */
  readonly tools: readonly Tool[];
  readonly log: (text: string) => void;
  /** Waits for what calls depend on: the client's roots. */
  ready(): Promise<void>;
  readonly clientRoots: ClientRoots;
  readonly tests: TestSettings;
  fleet(): Promise<Fleet>;
  readonly consent: Consent;
  readonly audit: AuditLog;
  /** Where spans go; undefined: nowhere. */
  readonly telemetry: Telemetry | undefined;
  /** Absolute; it need not exist. */
  readonly policyFile: string;
}
