import type { Tool } from "../tool.ts";
import { adminGetMetrics } from "./admin-get-metrics.ts";
import { codeAnalyze } from "./code-analyze.ts";
import { codeClones } from "./code-clones.ts";
import { codeGraph } from "./code-graph.ts";
import { codeParse } from "./code-parse.ts";
import { codeSearch } from "./code-search.ts";
import { fleetExec } from "./fleet-exec.ts";
import { fleetStatus } from "./fleet-status.ts";
import { jobCancel, jobStatus } from "./jobs.ts";
import { runTests } from "./run-tests.ts";
import { vulnerabilityScan } from "./vulnerability-scan.ts";

/** Every tool, in the order in which clients see them. */
export const allTools: readonly Tool[] = [
  codeParse,
  codeAnalyze,
  codeSearch,
  codeGraph,
  codeClones,
  vulnerabilityScan,
  runTests,
  fleetStatus,
  fleetExec,
  jobStatus,
  jobCancel,
  adminGetMetrics,
];
