import * as v from "valibot";
import { plainLine } from "../plain-text.ts";
import { tool } from "../tool.ts";

export const adminGetMetrics = tool({
  name: "admin_get_metrics",
  description: "Calls, latency, queue, workers and caches of this server.",
  toolset: "admin",
  capability: "admin",
  input: v.strictObject({}),
  run(_input, { metrics }) {
    const gauges = metrics.gauges();
    return {
      summary: Object.entries(gauges)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
      facts: gauges,
      // Tenants name themselves.
      rows: metrics.table().map((one) => ({
        line: `${one.tool} ${plainLine(one.tenant, 40)}: ${one.calls} calls, ${one.failed} failed, mean ${one.meanMs} ms, p50 ≤ ${one.p50Ms} ms, p99 ≤ ${one.p99Ms} ms`,
        item: { ...one, tenant: plainLine(one.tenant, 40) },
      })),
    };
  },
});
