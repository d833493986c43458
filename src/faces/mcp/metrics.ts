/** Upper bounds of the buckets, seconds. */
const bounds = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30] as const;

interface Calls {
  tool: string;
  tenant: string;
  ok: number;
  failed: number;
  seconds: number;
  buckets: number[];
}

/** Tenants name themselves: more of them than this are counted together. */
const maxTenants = 50;

/** Counts of calls and how long they took, by tool and tenant; and what gauges say when somebody looks. */
export class Metrics {
  readonly #calls = new Map<string, Calls>();
  readonly #tenants = new Set<string>();
  readonly #gauges: () => Readonly<Record<string, number>>;
  #refused = 0;

  constructor(gauges: () => Readonly<Record<string, number>>) {
    this.#gauges = gauges;
  }

  /** Calls that were turned away because their tenant asked too often. */
  refused(): void {
    this.#refused++;
  }

  called(tool: string, tenant: string, ms: number, failed: boolean): void {
    const known = this.#tenants.has(tenant) || this.#tenants.size < maxTenants;
    if (known) this.#tenants.add(tenant);
    const who = known ? tenant : "others";
    const key = `${tool}\0${who}`;
    let calls = this.#calls.get(key);
    if (calls === undefined) {
      calls = { tool, tenant: who, ok: 0, failed: 0, seconds: 0, buckets: bounds.map(() => 0) };
      this.#calls.set(key, calls);
    }
    if (failed) calls.failed++;
    else calls.ok++;
    const seconds = ms / 1000;
    calls.seconds += seconds;
    const bucket = bounds.findIndex((bound) => seconds <= bound);
    if (bucket !== -1) calls.buckets[bucket]!++;
  }

  /** One row for each tool and tenant; milliseconds. Percentiles are the upper bounds of their buckets. */
  table(): {
    tool: string;
    tenant: string;
    calls: number;
    failed: number;
    meanMs: number;
    p50Ms: number;
    p99Ms: number;
  }[] {
    return [...this.#calls.values()].map((one) => {
      const calls = one.ok + one.failed;
      const meanMs = Math.round((one.seconds / calls) * 1e6) / 1000;
      return {
        tool: one.tool,
        tenant: one.tenant,
        calls,
        failed: one.failed,
        meanMs,
        p50Ms: percentile(one.buckets, calls, 0.5) * 1000,
        p99Ms: percentile(one.buckets, calls, 0.99) * 1000,
      };
    });
  }

  gauges(): Readonly<Record<string, number>> {
    return { refused: this.#refused, ...this.#gauges() };
  }

  /** Prometheus' text format, 0.0.4. */
  text(): string {
    const lines = [
      "# HELP caelum_mcp_call_seconds Time of tool calls.",
      "# TYPE caelum_mcp_call_seconds histogram",
    ];
    for (const { tool, tenant, ok, failed, seconds, buckets } of this.#calls.values()) {
      const labels = `tool="${tool}",tenant="${tenant.replaceAll(/["\\\n]/g, "_")}"`;
      let sum = 0;
      for (const [at, count] of buckets.entries())
        lines.push(`caelum_mcp_call_seconds_bucket{${labels},le="${bounds[at]}"} ${(sum += count)}`);
      lines.push(`caelum_mcp_call_seconds_bucket{${labels},le="+Inf"} ${ok + failed}`);
      lines.push(`caelum_mcp_call_seconds_sum{${labels}} ${seconds}`);
      lines.push(`caelum_mcp_call_seconds_count{${labels}} ${ok + failed}`);
    }
    lines.push(
      "# HELP caelum_mcp_failed_total Tool calls that ended with an error.",
      "# TYPE caelum_mcp_failed_total counter",
    );
    for (const { tool, tenant, failed } of this.#calls.values())
      lines.push(
        `caelum_mcp_failed_total{tool="${tool}",tenant="${tenant.replaceAll(/["\\\n]/g, "_")}"} ${failed}`,
      );
    for (const [name, value] of Object.entries(this.gauges())) {
      const metric = `caelum_mcp_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
      lines.push(`# TYPE ${metric} gauge`, `${metric} ${value}`);
    }
    return `${lines.join("\n")}\n`;
  }
}

function percentile(buckets: readonly number[], calls: number, share: number): number {
  let sum = 0;
  for (const [at, count] of buckets.entries()) {
    sum += count;
    if (sum >= calls * share) return bounds[at]!;
  }
  return Infinity;
}
